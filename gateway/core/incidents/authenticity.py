"""Verifies a unit's seal.  Pure: the keys are handed in.

A warning is for the reader of the report, never a reason to drop an alert.
"""

from typing import Final, Protocol

from service.events import MessageReceived
from wire.ids import UnitId
from wire.seal import UNSEALED, Verifier

NO_CERTIFICATE: Final = (
    "the gateway has no certificate of the unit, so its signature cannot be verified"
)
NO_SEAL: Final = "the message is not signed"
BAD_SEAL: Final = "the signature is not the unit's"


class Keyring(Protocol):
    """The keys of the units that are enrolled."""

    def of(self, unit: UnitId) -> Verifier | None:
        """Return who judges the seals of `unit`; None if it is not, or no longer, enrolled."""


class NoKeyring:
    """For a site where nobody has a key, on one machine: nothing is doubted."""

    def of(self, _unit: UnitId) -> Verifier:
        """Return the one who takes everything."""
        return UNSEALED


NO_KEYRING: Final = NoKeyring()


def verification_warning(keyring: Keyring, unit: UnitId, message: MessageReceived) -> str:
    """Return why `unit` might not have sent `message`; empty if its seal shows that it did."""
    seals = keyring.of(unit)
    if seals is None:
        return NO_CERTIFICATE
    if seals.verify(message.topic, message.payload, message.seal):
        return ""
    return BAD_SEAL if message.seal else NO_SEAL
