"""What is known of the school's units as JSON: docs/fleet.md says what each field means.  Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from gateway.core.supervision.false_presses import per_thousand_days
from gateway.fleet.room import Fleet, RoomStatus
from gateway.fleet.verdict import REACHES, Reason, Verdict
from gateway.store.trouble_log import LoggedTrouble
from wire.gateway_troubles import cure_of, kind_of, level_of
from wire.ids import Wall
from wire.moment import write_moment

Fields = dict[str, Any]

NOT_KNOWN: Final[Mapping[str, Any]] = {"told": None, "told_after": None, "taken": None}
"""Of a trouble, where the record of notices cannot be read."""


def tell_units(fleet: Fleet, at: Wall) -> Fields:
    """Return the gateway's verdict, how many rooms have which, and each room."""
    counted = Counter(room.whole.reach for room in fleet.rooms)
    days = fleet.false.days(at)
    return {
        "at": write_moment(at),
        "gateway": _verdict(fleet.gateway),
        "rooms": {reach: counted[reach] for reach in REACHES},
        "false_since": _moment(fleet.false.since),
        "units": [{**_room(room), **_false(room, days)} for room in fleet.rooms],
    }


def tell_troubles(
    troubles: Sequence[LoggedTrouble], at: Wall, told: Sequence[Mapping[str, Any]] | None
) -> Fields:
    """Return each trouble, those that stand first, and how long it usually takes until a person is
    told and until it is over.

    `told` says of each whom it was told to; None: the record of that cannot be read.
    """
    people = told if told is not None else [NOT_KNOWN] * len(troubles)
    rows = [{**_trouble(each, at), **of} for each, of in zip(troubles, people, strict=True)]
    return {
        "at": write_moment(at),
        "usual_seconds": {
            "told_after": _middle(each["told_after"] for each in rows),
            "cleared_after": _middle(each["seconds"] for each in rows if each["cleared"]),
        },
        "troubles": rows,
    }


def _verdict(verdict: Verdict) -> Fields:
    return {"reach": verdict.reach, "why": _reasons(verdict.why)}


def _reasons(reasons: Iterable[Reason]) -> list[Fields]:
    return [{"words": each.words, "cure": each.cure} for each in reasons]


def _room(of: RoomStatus) -> Fields:
    room, history, machine = of.entry.room, of.history, of.machine
    return {
        "room": room.id,
        "name": room.name,
        "floor": room.floor,
        "building": room.building,
        "unit": of.entry.unit,
        "reach": of.whole.reach,
        "attention": of.needs_attention,
        "why": _reasons(of.verdict.why),
        "heard": of.heard,
        "heard_at": _moment(of.heard_at),
        "proven_at": _moment(history.proven_at),
        "proven_by": history.proven_by,
        "pressed_at": _moment(history.pressed_at),
        **of.parts,
        "celsius": machine.celsius,
        "version": machine.version or None,
        "certificate_days": of.certificate_days,
    }


def _false(of: RoomStatus, days: float) -> Fields:
    unit_days = days if of.entry.unit else 0.0
    rate = per_thousand_days(of.false.presses, unit_days)
    return {
        "false_presses": of.false.presses,
        "false_alarms": of.false.alarms,
        "unit_days": round(unit_days, 1),
        "false_per_1000_days": None if rate is None else round(rate, 2),
    }


def _trouble(each: LoggedTrouble, at: Wall) -> Fields:
    kind = kind_of(each.name)
    return {
        "name": each.name,
        "level": level_of(each.name).name.lower(),
        "detail": each.detail,
        "meaning": kind.meaning if kind else "",
        "cure": cure_of(each.name),
        "since": write_moment(each.started),
        "cleared": _moment(each.ended),
        "seconds": round(max((each.ended or at) - each.started, 0.0), 1),
    }


def _middle(seconds: Iterable[float | None]) -> float | None:
    known = [each for each in seconds if each is not None]
    return round(median(known), 1) if known else None


def _moment(at: Wall | None) -> str | None:
    return None if at is None else write_moment(at)
