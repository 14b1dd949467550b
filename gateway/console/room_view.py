"""The rooms of an incident as its page shows them, each with its presses.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from gateway.store.reader import AlertRow, PressRow
from gateway.store.values import read_doubts, read_evidence
from wire.answers import write_seen
from wire.evidence import merged as merged_evidence
from wire.evidence import pattern_of
from wire.ids import AlertId
from wire.moment import write_moment
from wire.presses import DatedPress, Place, merged, undated, write_times, write_trail

Fields = dict[str, Any]
Dated = Mapping[str, Sequence[DatedPress]]


def dated_presses(alerts: Iterable[AlertRow], presses: Iterable[PressRow]) -> Dated:
    """Return the newest presses of each alert whose times are known, in their order."""
    further: dict[str, list[DatedPress]] = {}
    for each in presses:
        further.setdefault(each.alert, []).append(DatedPress(*each[1:]))
    return {
        alert.id: merged(
            [DatedPress(1, alert.pressed_at, alert.received_at)], further.get(alert.id, ())
        )
        for alert in alerts
    }


def describe_rooms(alerts: Sequence[AlertRow], dated: Dated) -> list[Fields]:
    """Return the rooms that pressed, the one pressed last first; `order` numbers them by that."""
    rooms: dict[Place, list[AlertRow]] = {}
    for alert in alerts:
        rooms.setdefault(_place(alert), []).append(alert)
    shown = [_room(each, dated) for each in rooms.values()]
    shown.sort(key=lambda room: room["last_at"])
    return [{**room, "order": order} for order, room in enumerate(shown, 1)][::-1]


def describe_trail(alerts: Iterable[AlertRow], dated: Dated) -> list[dict[str, str]]:
    """Return where was pressed one after the other."""
    return write_trail((press.at, _place(alert)) for alert in alerts for press in dated[alert.id])


def _place(alert: AlertRow) -> Place:
    return alert.building, alert.floor, alert.room


def _room(alerts: Sequence[AlertRow], dated: Dated) -> Fields:
    presses = sorted((each for alert in alerts for each in dated[alert.id]), key=lambda p: p.at)
    doubts = (doubt for alert in alerts for doubt in read_doubts(alert.doubts))
    return {
        "room": alerts[0].room,
        "name": alerts[0].name,
        "floor": alerts[0].floor,
        "building": alerts[0].building,
        "pressed_at": write_moment(min(alert.pressed_at for alert in alerts)),
        "last_at": write_moment(presses[-1].at),
        "alerts": write_seen({AlertId(alert.id): alert.presses for alert in alerts}),
        "presses": sum(alert.presses for alert in alerts),
        "times": write_times(presses),
        "undated": sum(undated(alert.presses, dated[alert.id]) for alert in alerts),
        "pattern": _pattern(alerts),
        "doubts": list(dict.fromkeys(doubts)),
    }


def _pattern(alerts: Sequence[AlertRow]) -> str | None:
    """Say in one word what the presses of a room look like."""
    told = [read_evidence(alert.held, alert.bounces, alert.uptime) for alert in alerts]
    return pattern_of(reduce(merged_evidence, told), sum(alert.presses for alert in alerts))
