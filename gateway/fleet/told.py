"""What is known of the school's units as JSON: docs/fleet.md says what each field means.  Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.fleet.room import Fleet, RoomStatus
from gateway.fleet.verdict import REACHES, Reason, Verdict
from gateway.store.trouble_log import LoggedTrouble
from wire.gateway_troubles import GATEWAY_TROUBLES, cure_of
from wire.ids import Wall
from wire.moment import write_moment
from wire.trouble import find

Fields = dict[str, Any]


def tell_units(fleet: Fleet, at: Wall) -> Fields:
    """Return the gateway's verdict, how many rooms have which, and each room."""
    counted = Counter(room.whole.reach for room in fleet.rooms)
    return {
        "at": write_moment(at),
        "gateway": _verdict(fleet.gateway),
        "rooms": {reach: counted[reach] for reach in REACHES},
        "units": [_room(room) for room in fleet.rooms],
    }


def tell_troubles(troubles: Sequence[LoggedTrouble], at: Wall) -> Fields:
    """Return each trouble, those that stand first."""
    return {"at": write_moment(at), "troubles": [_trouble(each, at) for each in troubles]}


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


def _trouble(each: LoggedTrouble, at: Wall) -> Fields:
    kind = find(each.name, GATEWAY_TROUBLES)
    return {
        "name": each.name,
        "detail": each.detail,
        "meaning": kind.meaning if kind else "",
        "cure": cure_of(each.name),
        "since": write_moment(each.started),
        "cleared": _moment(each.ended),
        "seconds": round(max((each.ended or at) - each.started, 0.0), 1),
    }


def _moment(at: Wall | None) -> str | None:
    return None if at is None else write_moment(at)
