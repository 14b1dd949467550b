"""The kept texts of alerts are those that would be written now, and hardly any is written twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.formats.written_alerts import WrittenAlerts
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.values import Room
from wire.ids import AlertId, IncidentId, Monotonic, UnitId, Wall

CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "press", "leave", "order"]), st.integers(0, 10_000)),
    max_size=30,
)


def incident(alerts: int) -> Incident:
    found = Incident(IncidentId("i-1"), Wall(0.0), Monotonic(0.0))
    for number in range(alerts):
        add(found, number)
    return found


def add(to: Incident, number: int) -> None:
    name, unit, room = AlertId(f"a-{number}"), UnitId(f"u-{number}"), Room(f"{number}", "")
    to.alerts[name] = Alert(name, "panic", unit, room, Wall(0.0), Wall(0.0), 1, (), Monotonic(0.0))


def text(alert: Alert) -> str:
    return f"{alert.id} {alert.presses}"


def change(what: str, where: int, of: Incident) -> None:
    names = list(of.alerts)
    if what == "add":
        add(of, 100_000 + where)
    elif what == "order":
        of.alerts = dict(reversed(of.alerts.items()))
    elif names and what == "press":
        of.alerts[names[where % len(names)]].presses += 1
    elif names:
        del of.alerts[names[where % len(names)]]


@given(st.integers(0, 300), CHANGES)
def test_what_is_kept_is_what_would_be_written_now(
    alerts: int, changes: list[tuple[str, int]]
) -> None:
    open_, written = incident(alerts), WrittenAlerts(text, ",")
    for what, where in changes:
        change(what, where, open_)
        assert written.of(open_) == ",".join(map(text, open_.alerts.values()))


def test_a_press_more_in_a_large_incident_writes_one_alert() -> None:
    wrote: list[AlertId] = []

    def write(alert: Alert) -> str:
        wrote.append(alert.id)
        return text(alert)

    open_, written = incident(2000), WrittenAlerts(write, ",")
    written.of(open_)
    wrote.clear()
    open_.alerts[AlertId("a-777")].presses += 1
    written.of(open_)
    assert wrote == ["a-777"]


def test_what_could_not_be_written_is_tried_again() -> None:
    faults = [ValueError("once")]

    def write(alert: Alert) -> str:
        if faults and alert.id == "a-70":
            raise faults.pop()
        return text(alert)

    open_, written = incident(100), WrittenAlerts(write, ",")
    with pytest.raises(ValueError, match="once"):
        written.of(open_)
    assert written.of(open_) == ",".join(map(text, open_.alerts.values()))
