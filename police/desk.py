"""What a dispatcher is shown: incidents as JSON, put together from what is kept.  Pure.

Rooms come from every alert ever reported, not from the newest report alone, so that nothing a
sender sends later can make a room vanish.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from wire.ids import Wall
from wire.moment import write_moment

Fields = dict[str, Any]


class Head(NamedTuple):
    """An incident as it is kept; another report changes `newest` or `late`, a
    dispatcher's answer `answers`.  `words` is JSON."""

    sender: str
    incident: str
    version: int
    first_at: float
    newest_at: float
    late: int
    newest: int
    words: str
    answers: int


class Inside(NamedTuple):
    """What else is kept of an incident: an alert is its id and its words, which are JSON."""

    alerts: Sequence[tuple[str, str]]
    pictures: Sequence[tuple[str, str, str, float | None, str]]
    dropped: Sequence[tuple[str]]
    answers: Sequence[tuple[float, str, str, str]]


def write_incident(head: Head, inside: Inside) -> bytes:
    """Write one incident as JSON."""
    alerts = [{"alert": alert, **json.loads(words)} for alert, words in inside.alerts]
    shown = {
        "incident": head.incident,
        "sender": head.sender,
        "version": head.version,
        "received_at": write_moment(Wall(head.first_at)),
        "newest_at": write_moment(Wall(head.newest_at)),
        "late": head.late,
        **json.loads(head.words),
        "verified": all(alert["verified"] for alert in alerts),
        "alerts": [alert["alert"] for alert in alerts],
        "rooms": _rooms(alerts),
        "pictures": [_picture(*each) for each in inside.pictures],
        "pictures_dropped": [reason for (reason,) in inside.dropped],
        "answers": [
            {"at": write_moment(Wall(at)), "what": what, "by": by, "text": text}
            for at, what, by, text in inside.answers
        ],
    }
    return json.dumps(shown, separators=(",", ":")).encode()


def _rooms(alerts: Iterable[Fields]) -> list[Fields]:
    """Put the alerts of each room together, the room pressed last first."""
    rooms: dict[tuple[str, str, str], list[Fields]] = {}
    for alert in alerts:
        rooms.setdefault((alert["building"], alert["floor"], alert["room"]), []).append(alert)
    shown = [_room(each) for each in rooms.values()]
    return sorted(shown, key=lambda room: room["last_at"] or "", reverse=True)


def _room(alerts: Sequence[Fields]) -> Fields:
    moments = sorted(at for alert in alerts if (at := _when(alert)))
    return {
        **{key: alerts[0][key] for key in ("room", "name", "floor", "building", "kind")},
        "alerts": len(alerts),
        "presses": sum(alert["presses"] for alert in alerts),
        "pressed_at": moments[0] if moments else None,
        "last_at": moments[-1] if moments else None,
        "received_at": min((a["received_at"] for a in alerts if a["received_at"]), default=None),
        "verified": all(alert["verified"] for alert in alerts),
        "doubts": _doubts(alerts),
    }


def _when(alert: Fields) -> str | None:
    at: str | None = alert["pressed_at"] or alert["received_at"]
    return at


def _doubts(alerts: Sequence[Fields]) -> list[str]:
    """What is in doubt, in words; an alert that is not verified is never without a word."""
    named = dict.fromkeys(doubt for alert in alerts for doubt in alert["doubts"] if doubt)
    if not named and not all(alert["verified"] for alert in alerts):
        return ["the sender does not vouch for it and does not say why"]
    return list(named)


def _picture(
    camera: str, room: str, taken_at: str, seconds_from_press: float | None, sha256: str
) -> Fields:
    return {
        "camera": camera,
        "room": room,
        "taken_at": taken_at,
        "seconds_from_press": seconds_from_press,
        "sha256": sha256,
        "url": f"/pictures/{sha256}.jpg",
    }
