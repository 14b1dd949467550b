"""The timeline: what persons say is never displaced by what repeats."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.events import OperatorActed
from gateway.core.incidents.timeline import Event, lines_with
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, Wall
from wire.limits import MOST_LINES
from wire.lines import newest
from wire.stage import Answer


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
        side = Answer.RECEIVER if kind else Answer.SCHOOL
        told = lines_with(told, Event(Wall(number), "message", by, side=side, repeat_of=repeat))
    return told


@given(lines(), st.integers(1, MOST_LINES))
def test_as_many_persons_as_there_is_room_for_are_told_and_then_the_newest_others(
    told: list[Event], most: int
) -> None:
    shown = newest(told, most)
    persons = [each for each in told if each.by]
    others = [each for each in told if not each.by]
    assert shown == [each for each in told if each in shown]
    assert sum(1 for each in shown if each.by) == min(most, len(persons))
    for by in {each.by for each in persons}:
        theirs = [each for each in shown if each.by == by]
        all_theirs = [each for each in persons if each.by == by]
        assert theirs == all_theirs[len(all_theirs) - len(theirs) :]
    left = len(shown) - min(most, len(persons))
    assert [each for each in shown if not each.by] == others[len(others) - left :]
    assert len(shown) == min(most, len(told))


def said(by: str, side: Answer, first: int, many: int) -> list[Event]:
    return [Event(Wall(first + n), "message", by, side=side) for n in range(many)]


def test_a_flood_by_a_live_link_displaces_no_line_of_the_school_and_not_all_of_a_receiver() -> None:
    school = said("hill", Answer.SCHOOL, 0, 30)
    dispatcher = said("Dispatcher Ng", Answer.RECEIVER, 0, 20)
    flood = said("Day", Answer.RECEIVER, 100, 2_000)
    shown = newest([*school, *dispatcher, *flood], MOST_LINES)
    assert [*school, *dispatcher] == [each for each in shown if each.by != "Day"]
    assert shown[-50:] == flood[-50:]
    names = [Event(Wall(200 + n), "message", f"N {n}", side=Answer.RECEIVER) for n in range(999)]
    many = newest([*said("hill", Answer.SCHOOL, 0, 80), *names], MOST_LINES)
    assert sum(each.by == "hill" for each in many) == MOST_LINES // 2
