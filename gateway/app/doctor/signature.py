"""Checks that a receiver accepts our signature, by a request that is no report.

If the receiver is polled for its people's answers, that request is sent.  Otherwise it is posted an
empty document: one that verifies refuses a wrong signature with 401 before it reads, and what is
signed and no report with 400 or 422 (docs/police.md); neither is an alarm.
"""

import os
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from gateway.config.endpoints import Webhook
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.protocol import Request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from service.doctor.finding import Finding, good, problem, skipped
from service.doctor.machine import CLOCK_CURE
from wire.clean import clean
from wire.ids import EndpointName

_WITHIN_S: Final = 3.0
_REFUSALS: Final = (401, 403)
_NO_REPORT: Final = "{}"


def check_signature(endpoint: Webhook) -> Finding:
    """Say whether the receiver takes what the secret of `endpoint` signs; takes 3 s at most."""
    check = f"secret of {endpoint.name}"
    if endpoint.secrets is None:
        return skipped(check, "reports to it are not signed")
    if not endpoint.acknowledgements_url and endpoint.receipt != "echo":
        return skipped(check, "this receiver might take any request for a report")
    try:
        files = (endpoint.ca, endpoint.cert, endpoint.key, endpoint.secrets)
        status, words = _ask(endpoint, Credentials(EndpointName(endpoint.name), *files))
    except NoResponseError as error:
        if isinstance(error.__cause__, TimeoutError) and endpoint.acknowledgements_url:
            return good(check, "the receiver took our question, and waits for something to answer")
        return skipped(check, f"the receiver gave no answer to a signed request: {error}")
    except CredentialsError as error:
        return problem(check, str(error), f"put the receiver's secret into {endpoint.secrets}")
    if status in _REFUSALS:
        cure = (
            f"put the secret that the receiver has for this school into {endpoint.secrets}; if it"
            f" speaks of the time: {CLOCK_CURE}"
        )
        return problem(check, f"the receiver refuses it: HTTP {status} {words}", cure)
    return good(check, f"the receiver does not refuse it (HTTP {status} to what is no report)")


def _ask(endpoint: Webhook, credentials: Credentials) -> tuple[int, str]:
    now, url = datetime.fromtimestamp(int(time.time()), UTC), endpoint.acknowledgements_url
    transport = DeadlineConnection(url or endpoint.url, lambda: credentials.tls, SystemResolver())
    name = f"{'answers.0' if url else 'doctor'}.{os.urandom(8).hex()}"
    body, target = "" if url else _NO_REPORT, transport.target
    fields = [
        ("Host", transport.host),
        ("Content-Type", "application/json"),
        ("User-Agent", "tocsin"),
        ("webhook-id", name),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", credentials.sign(name, now, body)),
    ]
    if url:
        target += f"{'&' if '?' in target else '?'}after=0"
    request = Request("GET" if url else "POST", target, fields, body.encode())
    try:
        response = transport.exchange(request, _WITHIN_S)
    finally:
        transport.close()
    return response.status, clean(response.body.decode("utf-8", "replace"), 120)


class SystemResolver:
    """Asks the system each time: for a person at a terminal."""

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`, none if it cannot be looked up."""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return ()
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def worked(self, host: str, address: str) -> None:
        """Nothing: the next question is asked anew."""

    def failed(self, host: str, address: str) -> None:
        """Nothing: the next question is asked anew."""
