"""Reads marks that a stranger may have sent: whole and within bounds, or WireError."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wire import fields as read
from wire.errors import WireError
from wire.ids import UUID, MarkId, Wall
from wire.limits import LONGEST_BUILDING, LONGEST_FLOOR, LONGEST_NOTE, LONGEST_ROOM, MOST_PRESSES
from wire.marks import KNOWN, SIGHTS, Known, Mark, Spot, TakenBack
from wire.moment import write_moment

LONGEST_BY: Final = 80

Fields = Mapping[str, Any]


class Marking(NamedTuple):
    """What a person asks for: a mark with this id, or that it is taken back, which needs no more.

    `seen_at` None: as they ask.
    """

    id: MarkId
    what: str = ""
    spot: Spot = Spot("", "", "", None, None)
    seen_at: Wall | None = None


def fitting(text: str, longest: int) -> str:
    """Return printable text of at most so many characters, one beyond 16 bits counting twice."""
    shown = "".join(each if each.isprintable() else " " for each in text[:longest]).strip()
    while len(shown) + sum(each > "\uffff" for each in shown) > longest:
        shown = shown[:-1]
    return shown


def read_marking(found: object) -> Marking:
    """Read what a person asks for; only the id is needed to take a mark back."""
    fields = _object(found)
    name = MarkId(read.text(fields, "id", UUID))
    if set(fields) == {"id"}:
        return Marking(name)
    spot = _spot(fields)
    if not spot.room and spot.x is None:
        raise WireError("room: missing, and so is a place on the plan")
    what = fields.get("what")
    if not isinstance(what, str) or what not in SIGHTS:
        raise WireError("what: not what a mark can say")
    said = fields.get("seen_at")
    return Marking(name, what, spot, None if said is None else read.moment(fields, "seen_at"))


def read_mark(found: object) -> Mark:
    """Read what `wire.marks.write_mark` wrote; a word of a newer peer stays as it is."""
    fields = _object(found)
    known = _known(fields, "known")
    by, what = _text(fields, "by", LONGEST_BY), _text(fields, "what", 32)
    if not by or not what:
        raise WireError("by, what: missing, and a mark has both")
    number = fields.get("number", 1)
    if type(number) is not int or not 1 <= number <= MOST_PRESSES:
        raise WireError("number: not a count from 1")
    return Mark(
        MarkId(read.text(fields, "id", UUID)),
        what,
        _spot(fields),
        _text(fields, "note", LONGEST_NOTE),
        by,
        known,
        read.moment(fields, "seen_at"),
        read.moment(fields, "received_at"),
        number,
        _taken(fields) if "taken_at" in fields else None,
    )


def _taken(fields: Fields) -> TakenBack:
    by = _text(fields, "taken_by", LONGEST_BY)
    return TakenBack(read.moment(fields, "taken_at"), by, _known(fields, "taken_known"))


def _known(fields: Fields, key: str) -> Known:
    known = fields.get(key)
    if not isinstance(known, str) or known not in KNOWN:
        raise WireError(f"{key}: not a way to know a person")
    return KNOWN[known]


def write_marking(marking: Marking) -> dict[str, Any]:
    """Write down what a person asks for, as `read_marking` reads it."""
    if not marking.what:
        return {"id": marking.id}
    at = None if marking.seen_at is None else write_moment(marking.seen_at)
    said = {"what": marking.what, **marking.spot._asdict(), "seen_at": at}
    return {"id": marking.id, **said}


def _spot(fields: Fields) -> Spot:
    x, y = _per_cent(fields, "x"), _per_cent(fields, "y")
    if (x is None) != (y is None):
        raise WireError("x, y: one of them is missing")
    return Spot(
        _text(fields, "building", LONGEST_BUILDING),
        _text(fields, "floor", LONGEST_FLOOR),
        _text(fields, "room", LONGEST_ROOM),
        x,
        y,
    )


def _per_cent(fields: Fields, key: str) -> float | None:
    value = fields.get(key)
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= 100:  # no NaN is
        raise WireError(f"{key}: not a number from 0 to 100")
    return round(float(value), 2)


def _text(fields: Fields, key: str, longest: int) -> str:
    """A text that is too long or holds what is not printable is cut and cleaned, and no fault."""
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise WireError(f"{key}: not a text")
    return fitting(value, longest)


def _object(found: object) -> Fields:
    if not isinstance(found, dict):
        raise WireError("mark: not an object")
    return found
