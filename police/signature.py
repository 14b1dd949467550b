"""Finds the sender of a report by its signature: Standard Webhooks, by the `standardwebhooks`
package.

The package also compares `webhook-timestamp` with the system's clock (five minutes either way);
`receiver.read_headers` has done so before, with a clock handed in and in better words.
"""

from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook, WebhookVerificationError

from police.receiver import ReportHeaders, SenderName
from wire.errors import WireError


class Signatures:
    """The secrets of all senders; says whose a signature is, and nothing else."""

    def __init__(self, secrets: Mapping[SenderName, Sequence[str]]) -> None:
        self._secrets = {
            name: tuple(Webhook(secret) for secret in each) for name, each in secrets.items()
        }

    def signer(self, headers: ReportHeaders, body: bytes) -> SenderName:
        """Return who signed `body`; raises WireError if none of the senders did."""
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise WireError("the body is not UTF-8, so no signature fits it") from error
        signed = {
            "webhook-id": headers.webhook_id,
            "webhook-timestamp": headers.timestamp,
            "webhook-signature": headers.signature,
        }
        for name in [headers.claims] if headers.claims else self._secrets:
            for secret in self._secrets.get(name, ()):
                if _fits(secret, text, signed):
                    return name
        raise WireError("webhook-signature: fits none of the senders this receiver knows")


def _fits(secret: Webhook, text: str, headers: dict[str, str]) -> bool:
    try:
        secret.verify(text, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: the header itself is rubbish
        return False
    return True
