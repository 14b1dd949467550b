"""The timeline: what persons say is never displaced by what repeats."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.events import OperatorActed
from gateway.core.incidents.timeline import Event, lines_with, newest
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, Wall
from wire.limits import MOST_LINES


def test_600_repeats_push_no_message_out_of_the_report() -> None:
    core = Core()
    pressed = [alert("204"), alert("205")]
    for each in pressed:
        core.hear(each, at(0))
    (incident,) = core.incidents.all_open()
    said = OperatorActed(incident.id, "message", "Officer Day", "north door is blocked")
    core.dispatcher.handle(said, at(1))
    for presses in range(2, 302):
        for each in pressed:
            core.hear(alert(each.room, name=each.alert, presses=presses), at(presses / 200))
    events = core.report(at(3))["events"]
    assert [each["text"] for each in events if each["by"]] == ["north door is blocked"]
    assert [each["sentence"] for each in events if not each["by"]] == [
        f"room {wall} pressed again, 301 presses now" for wall in ("204", "205")
    ]


@st.composite
def lines(draw: st.DrawFn) -> list[Event]:
    told = list[Event]()
    for number, kind in enumerate(draw(st.lists(st.integers(0, 40), max_size=300))):
        repeat = None if kind < 4 else AlertId(str(kind))
        by = f"person {kind}" if kind < 2 else ""
        told = lines_with(told, Event(Wall(number), "message", by, repeat_of=repeat))
    return told


@given(lines(), st.integers(1, MOST_LINES))
def test_as_many_persons_as_there_is_room_for_are_told_and_then_the_newest_others(
    told: list[Event], most: int
) -> None:
    shown = newest(told, most)
    persons = [each for each in told if each.by]
    others = [each for each in told if not each.by]
    assert shown == [each for each in told if each in shown]
    assert [each for each in shown if each.by] == persons[-most:]
    left = len(shown) - len(persons[-most:])
    assert [each for each in shown if not each.by] == others[len(others) - left :]
    assert len(shown) == min(most, len(told))
