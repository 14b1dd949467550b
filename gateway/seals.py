"""What a gateway makes of a unit's seal.  Pure: the keys are handed in.

A doubt is a word to whoever reads the report, never a reason to drop an alert.
"""

from typing import Final, Protocol

from service.events import Arrived
from wire.ids import UnitId
from wire.seal import UNSEALED, Seals

NO_CERTIFICATE: Final = "no certificate of the unit is known here, so nobody can judge its seal"
NO_SEAL: Final = "the message bears no seal"
BAD_SEAL: Final = "the seal is not the unit's own"


class Keyring(Protocol):
    """The keys of the units that may speak."""

    def of(self, unit: UnitId) -> Seals | None:
        """Return who judges the seals of `unit`; None if it is not, or no longer, enrolled."""


class NoKeyring:
    """For a site where nobody has a key, on one machine: nothing is doubted."""

    def of(self, _unit: UnitId) -> Seals:
        """Return the one who takes everything."""
        return UNSEALED


NO_KEYRING: Final = NoKeyring()


def doubt_of(keyring: Keyring, unit: UnitId, message: Arrived) -> str:
    """Return why `unit` might not have sent `message`; empty if its seal shows that it did."""
    seals = keyring.of(unit)
    if seals is None:
        return NO_CERTIFICATE
    if seals.fits(message.topic, message.payload, message.seal):
        return ""
    return BAD_SEAL if message.seal else NO_SEAL
