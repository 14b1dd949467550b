"""Chooses signer and verifier of a link by the files that its settings name.

`cryptography` is imported here, and only where there is a key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from service.link import Link
from wire.ids import Seconds
from wire.seal import UNSEALED, Verifier

if TYPE_CHECKING:
    from service.seal import Signer


class SigningLink:
    """A link that seals whatever it sends; never blocks, never raises."""

    def __init__(self, link: Link, signer: Signer) -> None:
        self._link = link
        self._signer = signer

    def publish(self, topic: str, payload: bytes) -> bool:
        """Seal and hand over at QoS 1; False if the link is down."""
        return self._link.up and self._link.publish(
            topic, payload, self._signer.seal(topic, payload)
        )

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        """The same at QoS 0."""
        return self._link.up and self._link.publish_qos0(
            topic, payload, self._signer.seal(topic, payload)
        )

    def publish_retained(self, topic: str, payload: bytes, lasts: Seconds) -> bool:
        """The same for what the broker keeps for `lasts`."""
        return self._link.up and self._link.publish_retained(
            topic, payload, lasts, self._signer.seal(topic, payload)
        )


def signer_with(key: Path) -> Signer:
    """Return who seals with the private key in a file; raises OSError if it cannot be used."""
    from service.seal import read_signer  # noqa: PLC0415

    try:
        return read_signer(key)
    except ValueError as error:
        raise OSError(f"{key} cannot be used to sign: {error}") from error


def seals_by(certificate: Path | None) -> Verifier:
    """Return who judges the seals of a certificate's owner; None: nobody seals on that link.

    Raises OSError if the file cannot be used.
    """
    if certificate is None:
        return UNSEALED
    from service.seal import read_verifier  # noqa: PLC0415

    try:
        return read_verifier(certificate)
    except ValueError as error:
        raise OSError(f"{certificate} cannot be used: {error}") from error
