"""One room as people see it: its unit's parts, and would a press there reach the police.  Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gateway.core.site import Entry, Register
from gateway.core.supervision.false_presses import NONE, FalseCount, FalsePresses
from gateway.core.supervision.history import NO_HISTORY, UnitHistory
from gateway.fleet.gateway_verdict import GatewayState, current, judge_gateway
from gateway.fleet.heard import Snapshot
from gateway.fleet.unit_verdict import Around, is_heard, judge_unit
from gateway.fleet.verdict import REACHES, Verdict
from wire import unit_troubles as own
from wire.ids import Monotonic, RoomId, UnitId, Wall
from wire.machine import SILENT, Machine
from wire.messages import Heartbeat
from wire.trouble import Trouble, find
from wire.unit_troubles import UNIT_TROUBLES

PARTS: Final[Mapping[str, tuple[Trouble, ...]]] = {
    "line": (own.STUCK_BUTTON, own.CHATTERING, own.NO_EDGES),
    "link": (own.GATEWAY_LOST, own.NOT_RECEIVED, own.NOT_DELIVERED),
    "clock": (own.CLOCK,),
    "power": (own.UNDER_VOLTAGE, own.THROTTLED, own.HOT),
}
"""The parts of a unit that have a column, and the troubles that stand there."""
PROGRAM: Final = "program"
"""The part of all other troubles."""
GOOD: Final = "ok"
UNKNOWN: Final = "unknown"
NOT_MEASURED: Final = "not measured"

_NO_TROUBLE: Final = (GOOD, NOT_MEASURED)
_DAY: Final = 86_400.0
# A unit renews its certificate a year before it ends: one that has not by now needs help.
_SOON: Final = 30


class RoomStatus(NamedTuple):
    """A room; `verdict` is of its unit alone, `whole` with the gateway's.

    `heard_at`: its last heartbeat; None if there was none since the gateway started.  `parts` says
    of each of PARTS and PROGRAM `ok`, `unknown`, `not measured` or its troubles.
    `certificate_days` is None if there is none, or none that can be read.
    """

    entry: Entry
    verdict: Verdict
    whole: Verdict
    heard: bool
    heard_at: Wall | None
    parts: Mapping[str, str]
    machine: Machine
    certificate_days: int | None
    history: UnitHistory
    false: FalsePresses

    @property
    def needs_attention(self) -> bool:
        """True if somebody should go there or look after it, also where presses get through."""
        in_trouble = any(each not in _NO_TROUBLE for each in self.parts.values())
        days = self.certificate_days
        return self.whole.reach != "yes" or in_trouble or (days is not None and days < _SOON)


class Books(NamedTuple):
    """What the gateway has on record of its units, and of presses by mistake."""

    histories: Mapping[UnitId, UnitHistory]
    false: FalseCount


NO_BOOKS: Final = Books({}, FalseCount(None, {}))


class Sources(NamedTuple):
    """All that is known, read at one moment: `ends` is when each unit's certificate ends, None
    where units need none.
    """

    register: Register
    standing: GatewayState
    books: Books
    ends: Mapping[UnitId, Wall] | None
    now: Monotonic
    wall: Wall


class Fleet(NamedTuple):
    """The school: what the gateway does to every press, its rooms, the worst first, and presses by
    mistake.
    """

    gateway: Verdict
    rooms: tuple[RoomStatus, ...]
    false: FalseCount


def describe(known: Sources) -> Fleet:
    """Return every room of the register as it stands."""
    verdict = judge_gateway(known.standing, known.now)
    snapshot = current(known.standing, known.now)
    rooms = [_room(each, verdict, snapshot, known) for each in known.register.by_room.values()]
    rooms.sort(key=lambda room: REACHES.index(room.whole.reach))
    return Fleet(verdict, tuple(rooms), known.books.false)


def _room(entry: Entry, gateway: Verdict, snapshot: Snapshot | None, known: Sources) -> RoomStatus:
    unit = entry.unit or UnitId("")
    ends = None if known.ends is None else known.ends.get(unit)
    is_revoked = unit in known.register.revoked
    around = Around(is_revoked, known.ends is not None, ends, tuple(known.standing.troubles))
    alone = judge_unit(entry, snapshot, around, known.now, known.wall)
    beat = snapshot.beats.get(unit) if snapshot else None
    heard = is_heard(beat, known.now)
    return RoomStatus(
        entry,
        alone,
        gateway.joined(alone),
        heard,
        Wall(known.wall - (known.now - beat.heard)) if beat else None,
        parts_of(beat.said if beat and heard else None),
        beat.said.machine if beat else SILENT,
        None if ends is None else int((ends - known.wall) // _DAY),
        known.books.histories.get(unit, NO_HISTORY),
        known.books.false.rooms.get(RoomId(entry.room.id), NONE),
    )


def parts_of(said: Heartbeat | None) -> dict[str, str]:
    """Return how each part stands by a heartbeat that is not old; None: there is none."""
    names = (*PARTS, PROGRAM)
    if said is None:
        return dict.fromkeys(names, UNKNOWN)
    found: dict[str, list[str]] = {name: [] for name in names}
    for trouble in said.troubles:
        found[_part_of(trouble)].append(trouble)
    parts = {name: ", ".join(troubles) or GOOD for name, troubles in found.items()}
    if parts["power"] == GOOD and said.machine.under_voltage is None:
        parts["power"] = NOT_MEASURED
    return parts


def _part_of(trouble: str) -> str:
    kind = find(trouble, UNIT_TROUBLES)
    return next((name for name, kinds in PARTS.items() if kind in kinds), PROGRAM)
