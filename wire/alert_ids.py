"""Which unit an alert's id belongs to: the one that first used it.  Pure.

A gateway keeps an alert that bears another unit's id under an id derived for the sender, so that no
unit counts presses on, or ends, another's alert.  Every gateway derives the same one, and so does
the unit: one that was renamed and still holds the alert recognises the answer.
"""

import uuid
from collections.abc import Set as AbstractSet
from typing import Final

from wire.ids import AlertId, UnitId

_SPACE: Final = uuid.UUID("9d0d3b0a-5a53-5b52-8f0e-1f7f6b9c2f10")


def id_of_its_own(unit: UnitId, alert: AlertId) -> AlertId:
    """Return the id under which a gateway keeps what `unit` sends as another unit's `alert`."""
    return AlertId(str(uuid.uuid5(_SPACE, f"{unit}/{alert}")))


def id_of_further(unit: UnitId, ids: AbstractSet[AlertId]) -> AlertId:
    """Return the id of the alert in which gateways count what `unit` tells beyond these alerts.

    If it is one of them already, it stays that; otherwise it follows from the others.
    """
    derived = {each: id_of_its_own(unit, AlertId(f"further than {each}")) for each in ids}
    return next((each for each in derived.values() if each in ids), derived[min(ids)])
