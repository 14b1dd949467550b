"""Marks on the plan: where a person saw what, and how marks from several sides become one.

A mark is put once and never moved: who sees the threat elsewhere puts another one.  It may be taken
back, for ever.  What is known of an incident's marks may come twice, late, or from two gateways:
`joined` gives the same in whatever order: accounts, live links and receivers have a share each, and
within it the newest of every source comes before anybody's second newest.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, Literal, NamedTuple

from wire.ids import MarkId, Seconds, Wall
from wire.limits import MOST_MARKS_BY_LINKS, MOST_MARKS_OF_ACCOUNTS, MOST_MARKS_OF_RECEIVERS
from wire.moment import write_moment
from wire.stage import Answer

STALE_AFTER: Final = Seconds(300.0)
"""A mark that was seen longer ago is shown as stale: who was there may be anywhere by now."""

SIGHTS: Final[Mapping[str, str]] = {
    "seen": "seen here",
    "heard": "heard here",
    "hurt": "people hurt here",
    "hiding": "people hiding here",
}
"""What a mark may say, each with its sentence; the first is meant where nothing is said."""

MARK: Final = "mark"
TAKE_BACK: Final = "take-back"
MARKING: Final[Mapping[str, str]] = {
    MARK: "marked the plan",
    TAKE_BACK: "took a mark back",
}
"""What persons do with marks: words for an answer, for a right and for the timeline."""

Known = Literal["account", "link", "receiver"]
"""How a person is known: by an account of the school, by a live link, or at a receiving side."""

KNOWN: Final[Mapping[str, Known]] = {"account": "account", "link": "link", "receiver": "receiver"}

SHARES: Final[Mapping[Known, int]] = {
    "account": MOST_MARKS_OF_ACCOUNTS,
    "link": MOST_MARKS_BY_LINKS,
    "receiver": MOST_MARKS_OF_RECEIVERS,
}
"""How many marks are kept of all who are known so."""


class Spot(NamedTuple):
    """Where a mark is: a room, or the one nearest to it, and `x` and `y` in per cent of the floor's
    plan from its upper left corner; both None if nobody knows where the room is on it.
    """

    building: str
    floor: str
    room: str
    x: float | None
    y: float | None


class TakenBack(NamedTuple):
    """When a mark was taken back, by whom, and how that person is known."""

    at: Wall
    by: str
    known: Known


class Mark(NamedTuple):
    """A mark; `number` counts those of its source in this incident, as far as is known."""

    id: MarkId
    what: str
    spot: Spot
    note: str
    by: str
    known: Known
    seen_at: Wall
    received_at: Wall
    number: int = 1
    taken: TakenBack | None = None

    @property
    def source(self) -> str:
        """Under what its person's marks are counted: a name is a source only by an account."""
        return f"account {self.by}" if self.known == "account" else self.known

    @property
    def side(self) -> Answer:
        """Where that person stands."""
        return side_of(self.known)

    @property
    def changed_at(self) -> Wall:
        """When something last happened to it."""
        return max(self.received_at, self.taken.at) if self.taken else self.received_at

    @property
    def sentence(self) -> str:
        """Say what and where, for a person."""
        return f"{SIGHTS.get(self.what, self.what)}: {place_of(self.spot)}"


def side_of(known: Known) -> Answer:
    """Return where a person stands who is known so."""
    return Answer.SCHOOL if known == "account" else Answer.RECEIVER


def place_of(spot: Spot) -> str:
    """Say where a mark is, from the outside in."""
    floor = spot.floor and f"floor {spot.floor}"
    room = spot.room and f"room {spot.room}"
    return ", ".join(filter(None, (spot.building, floor, room))) or "a place without a name"


def joined(*sides: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return what is kept of all that any side knows, in the order in which it was seen."""
    found: dict[MarkId, Mark] = {}
    for each in chain(*sides):
        known = found.get(each.id)
        found[each.id] = _merged(known, each) if known else each
    return tuple(sorted(_newest(found.values()), key=_order))


def standing(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks that nobody has taken back."""
    return [mark for mark in marks if mark.taken is None]


def count_of(marks: Iterable[Mark]) -> int:
    """Return how many marks were put, at least: those taken back or displaced are counted, too."""
    highest: dict[str, int] = {}
    for mark in marks:
        highest[mark.source] = max(highest.get(mark.source, 0), mark.number)
    return sum(highest.values())


def next_number(marks: Iterable[Mark], source: str) -> int:
    """Return the number of the next mark of a source."""
    return max((mark.number for mark in marks if mark.source == source), default=0) + 1


def digest_of(marks: Iterable[Mark]) -> str:
    """Return what is the same for the same marks alone."""
    written = json.dumps([write_mark(mark) for mark in marks], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def write_mark(mark: Mark) -> dict[str, Any]:
    """Write down a mark; `wire/mark_fields.py` reads it."""
    written: dict[str, Any] = {
        "id": mark.id,
        "what": mark.what,
        **mark.spot._asdict(),
        "note": mark.note,
        "by": mark.by,
        "known": mark.known,
        "seen_at": write_moment(mark.seen_at),
        "received_at": write_moment(mark.received_at),
        "number": mark.number,
    }
    if mark.taken:
        written["taken_at"] = write_moment(mark.taken.at)
        written |= {"taken_by": mark.taken.by, "taken_known": mark.taken.known}
    return written


def _merged(one: Mark, other: Mark) -> Mark:
    ends = [mark.taken for mark in (one, other) if mark.taken]
    return min(one, other, key=_content)._replace(
        received_at=min(one.received_at, other.received_at),
        number=max(one.number, other.number),
        taken=min(ends, default=None),
    )


def _newest(marks: Iterable[Mark]) -> Iterator[Mark]:
    """What is kept: of each share the newest of every source, then the second newest, and so on.

    It is a law, for a mark that finds no place among some finds none among more: further marks of
    any source only push it back.
    """
    turns: Counter[str] = Counter()
    in_turn: dict[Known, list[tuple[int, Mark]]] = {known: [] for known in SHARES}
    for mark in sorted(marks, key=_order, reverse=True):
        in_turn[mark.known].append((turns[mark.source], mark))
        turns[mark.source] += 1
    for known, share in SHARES.items():
        by_turn = sorted(in_turn[known], key=lambda each: each[0])  # the newest stay in front
        yield from (mark for _, mark in by_turn[:share])


def _order(mark: Mark) -> tuple[Wall, MarkId]:
    return mark.seen_at, mark.id


def _content(mark: Mark) -> tuple[Wall, str]:
    said = [mark.what, *mark.spot, mark.note, mark.by, mark.known]
    return mark.seen_at, json.dumps(said)
