"""The JSON document of a walk test, as its page shows it.  Pure."""

from collections.abc import Iterator
from typing import Any

from gateway.fleet.walk_record import WalkRecord
from wire.moment import write_moment


def tell_walk(record: WalkRecord) -> dict[str, Any]:
    """Return it as JSON: the newest press first, so that an installer sees it at once."""
    exercise = record.exercise
    return {
        "walk": exercise.id,
        "on": record.is_on,
        "by": exercise.by,
        "started_at": write_moment(exercise.started_at),
        "over_at": write_moment(exercise.over_at),
        "left": max(round(exercise.over_at - record.at), 0),
        "real": record.real,
        "answered": record.answered,
        "units": list(_units(record)),
    }


def _units(record: WalkRecord) -> Iterator[dict[str, Any]]:
    for row in record.rows:
        room = row.entry.room
        yield {
            "unit": row.entry.unit,
            "room": room.id,
            "name": room.name,
            "state": row.state,
            "seconds": row.hops.pressed_to_received,
            "odd": list(row.odd),
        }
