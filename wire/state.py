"""How all incidents and all troubles of a site stand: what the broker keeps for listeners who come
late.  It is told whole, at each change and every STATE_EVERY seconds.

A message has a bound, so each tells `more`: how many it had no room for.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from wire.codec import LARGEST
from wire.ids import IncidentId, Seconds, SiteId, Wall
from wire.moment import write_moment
from wire.stage import Answer
from wire.topics import Hearing
from wire.trouble import Level, TroubleName

STATE_EVERY: Final = Seconds(10.0)
STATE_LASTS: Final = Seconds(30.0)
"""The broker forgets a state that was not told anew by then: a dead gateway claims nothing."""
MOST_INCIDENTS: Final = 20
MOST_ROOMS: Final = 12
MOST_TROUBLES: Final = 100

Fields = dict[str, Any]


class IncidentStanding(NamedTuple):
    """An incident that nobody has closed: the rooms of its newest alerts, MOST_ROOMS at most, of
    `alerts`; who has answered all of them; whether a person said all clear.
    """

    incident: IncidentId
    since: Wall
    alerts: int
    rooms: tuple[str, ...]
    answer: Answer
    clear: bool


class TroubleStanding(NamedTuple):
    """A trouble that stands."""

    name: TroubleName
    since: Wall
    level: Level


def write_incidents(site: SiteId, standing: Sequence[IncidentStanding], at: Wall) -> bytes:
    """Return the state of all incidents, which stand in the order in which they began."""
    items = [
        {
            "incident": each.incident,
            "since": write_moment(each.since),
            "alerts": each.alerts,
            "rooms": list(each.rooms[:MOST_ROOMS]),
            "answer": each.answer.word,
            "clear": each.clear,
        }
        for each in standing[:MOST_INCIDENTS]
    ]
    return _as_many(_head(site, "incident", at), "incidents", items, len(standing))


def write_troubles(site: SiteId, standing: Sequence[TroubleStanding], at: Wall) -> bytes:
    """Return the state of all troubles, the gravest first."""
    gravest = sorted(standing, key=lambda each: -each.level)[:MOST_TROUBLES]
    items = [
        {
            "name": each.name,
            "since": write_moment(each.since),
            "level": each.level.name.lower(),
        }
        for each in gravest
    ]
    return _as_many(_head(site, "trouble", at), "troubles", items, len(standing))


def _head(site: SiteId, of: Hearing, at: Wall) -> Fields:
    return {"v": 1, "type": "state", "of": of, "site": site, "at": write_moment(at)}


def _as_many(head: Fields, name: str, items: Sequence[Fields], of: int) -> bytes:
    """Return the message with as many of `items` as it has room for."""
    sizes = list(_sizes(items))
    room = LARGEST - len(_json({**head, name: [], "more": of}))
    held = sum(total <= room for total in sizes)
    return _json({**head, name: list(items[:held]), "more": of - held})


def _sizes(items: Iterable[Fields]) -> Iterable[int]:
    """Yield how many bytes the first, the first two, … take."""
    total = 0
    for each in items:
        total += len(_json(each)) + 1
        yield total


def _json(fields: Fields) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
