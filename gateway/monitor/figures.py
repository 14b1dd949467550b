"""The figures as Prometheus names and types them: docs/monitoring.md says what each means.  Pure.

Labels are bounded by what an installer wrote: units and rooms by the register, receivers by the
settings, troubles by their table.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from gateway.fleet.room import GOOD, NOT_MEASURED, RoomStatus
from gateway.fleet.verdict import REACHES
from gateway.monitor.rising import Rising
from gateway.monitor.seen import Seen
from gateway.store.tally import BOUNDS, Hop, Spread, Tally
from service.version import release
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.trouble import Trouble, find

_ROOM: Final = ("room", "unit")
_OTHER: Final = "other"
"""Of a trouble of another release, whose table is not here."""


def figures(seen: Seen, rising: Rising) -> Iterator[Metric]:
    """Yield every figure; `rising` keeps the counters."""
    yield from _of_gateway(seen)
    yield from _of_alerts(seen, rising)
    yield _hops(seen, rising)
    yield from _of_rooms(seen.look.fleet.rooms)
    yield _troubles(seen)
    yield _by_label(
        "tocsin_service_memory_bytes", "Memory of each service.", "service", seen.memory.items()
    )


def _of_gateway(seen: Seen) -> Iterator[Metric]:
    yield _by_label("tocsin_build_info", "The release that runs here.", "version", [(release(), 1)])
    yield _one("tocsin_gateway_up", "1 while the gateway gives signs of life.", seen.is_alive)
    if seen.sign_age is not None:
        words = "Seconds since the gateway's last sign of life."
        yield _one("tocsin_gateway_sign_of_life_age_seconds", words, seen.sign_age)
    words = "1 while the gateway can write to its database."
    yield _one("tocsin_gateway_store_up", words, seen.is_alive and seen.stores)


def _of_alerts(seen: Seen, rising: Rising) -> Iterator[Metric]:
    tally, now = seen.tally, seen.tally.outstanding
    presses = CounterMetricFamily("tocsin_presses", "Presses that the gateway took in.")
    presses.add_metric((), rising.at("presses", tally.presses))
    yield presses
    words = "Presses that a receiver gave a receipt for."
    delivered = CounterMetricFamily("tocsin_deliveries", words, labels=("endpoint",))
    for name in seen.endpoints:
        count = tally.receipts.get(name, 0)
        delivered.add_metric((name,), rising.at(("deliveries", name), count))
    yield delivered
    words = "Alerts whose newest press the receiver has given no receipt for yet."
    yield _by_label("tocsin_alerts_owed", words, "endpoint", tally.owed.items())
    yield _one("tocsin_incidents_open", "Incidents that nobody has closed.", now.incidents)
    yield _one("tocsin_alerts_open", "Alerts of open incidents.", now.alerts)
    words = "Alerts of open incidents that nobody has answered."
    yield _one("tocsin_alerts_unanswered", words, now.unanswered)
    words = "Alerts of open incidents whose newest press no receiver has."
    yield _one("tocsin_alerts_undelivered", words, now.undelivered)


def _hops(seen: Seen, rising: Rising) -> Metric:
    words = "Seconds that each step of a press took."
    found = HistogramMetricFamily("tocsin_hop_seconds", words, labels=("hop", "endpoint"))
    for hop, spread in _wanted(seen.tally, seen.endpoints):
        steps = [
            (str(bound), rising.at((hop, bound), count))
            for bound, count in zip(BOUNDS, spread.within, strict=True)
        ]
        steps.append(("+Inf", rising.at((hop, "count"), spread.number)))
        found.add_metric(hop, steps, rising.at((hop, "sum"), spread.total))
    return found


def _wanted(tally: Tally, endpoints: Iterable[str]) -> Iterator[tuple[Hop, Spread]]:
    """Of receivers that are not in the settings any more, nothing."""
    known = {"", *endpoints}
    return ((hop, spread) for hop, spread in tally.hops.items() if hop.endpoint in known)


def _of_rooms(rooms: Iterable[RoomStatus]) -> Iterator[Metric]:
    rooms = [room for room in rooms if room.entry.unit]
    reached = Counter(room.whole.reach for room in rooms)
    words = "Rooms by whether a press there would reach the police now."
    yield _by_label("tocsin_rooms", words, "reach", [(each, reached[each]) for each in REACHES])
    states = Counter(map(_state, rooms))
    words = "Units that are ok, in trouble or silent."
    counts = [(each, states[each]) for each in ("ok", "trouble", "silent")]
    yield _by_label("tocsin_units", words, "state", counts)
    yield _by_room("tocsin_unit_up", "1 while the unit is heard.", rooms, _is_heard)
    words = "1 if a press in this room would reach the police now."
    yield _by_room("tocsin_room_reaches_police", words, rooms, _reaches)
    words = "When a receiver last gave a receipt for a press of this unit."
    yield _by_room("tocsin_unit_last_proof_timestamp_seconds", words, rooms, _proven)
    words = "When this unit was pressed last."
    yield _by_room("tocsin_unit_last_press_timestamp_seconds", words, rooms, _pressed)
    words = "Temperature of the unit's processor."
    yield _by_room("tocsin_unit_temperature_celsius", words, rooms, _celsius)


def _state(room: RoomStatus) -> str:
    if not room.heard:
        return "silent"
    is_good = all(part in (GOOD, NOT_MEASURED) for part in room.parts.values())
    return "ok" if is_good else "trouble"


def _is_heard(room: RoomStatus) -> float:
    return float(room.heard)


def _reaches(room: RoomStatus) -> float:
    return float(room.whole.reach == "yes")


def _proven(room: RoomStatus) -> float | None:
    return room.history.proven_at


def _pressed(room: RoomStatus) -> float | None:
    return room.history.pressed_at


def _celsius(room: RoomStatus) -> float | None:
    return room.machine.celsius


def _troubles(seen: Seen) -> Metric:
    standing = Counter(_kind(each.name) for each in seen.look.troubles if each.ended is None)
    words = "Troubles that stand, by kind; docs/runbook.md has them all."
    found = GaugeMetricFamily("tocsin_troubles", words, labels=("trouble", "level"))
    for kind in GATEWAY_TROUBLES:
        found.add_metric((kind.pattern, kind.level.name.lower()), standing[kind])
    found.add_metric((_OTHER, "ordinary"), standing[None])
    return found


def _kind(name: str) -> Trouble | None:
    return find(name, GATEWAY_TROUBLES)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _by_label(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    found = GaugeMetricFamily(name, words, labels=(label,))
    for each, value in values:
        found.add_metric((each,), value)
    return found


def _by_room(
    name: str,
    words: str,
    rooms: Iterable[RoomStatus],
    value_of: Callable[[RoomStatus], float | None],
) -> Metric:
    """One figure of each room that has it."""
    found = GaugeMetricFamily(name, words, labels=_ROOM)
    for room in rooms:
        value = value_of(room)
        if value is not None:
            found.add_metric((room.entry.room.id, room.entry.unit or ""), value)
    return found
