"""Each press of a button is dated by itself, whatever comes late, twice, or never."""

import json
from itertools import permutations
from typing import Any

import pytest

from gateway.core.effects import SaveAlert
from gateway.core.incidents.alert import Alert
from gateway.core.values import Now
from tests.gateway.core import EPOCH, Core, at
from tests.gateway.core import alert as one_press
from wire.ids import AlertId, Monotonic, Seconds, Wall
from wire.messages import Alert as Message
from wire.messages import FurtherPress
from wire.moment import write_moment
from wire.presses import MOST_DATED

NAME = AlertId("0d9b6a3c-6c0e-4a43-9b1f-9f1b2f4f6d22")


def alert(sent: float, *pressed: float | None, presses: int = 0) -> Message:
    """The alert as its unit tells it `sent` seconds after the first press, pressed again then."""
    further = tuple(
        FurtherPress(number, Seconds(sent - when), None)
        for number, when in enumerate(pressed, 2)
        if when is not None
    )
    count = presses or len(pressed) + 1
    return one_press(name=NAME, age=Seconds(sent), presses=count, further=further)


def known(core: Core) -> Alert:
    incident = core.incidents.of_alert(NAME)
    assert incident
    return incident.alerts[NAME]


def told(core: Core, now: Now) -> Any:
    """The alert of the newest report that leaves now, which is taken."""
    launch = core.launches(now)[-1]
    core.receipt(launch, now)
    return json.loads(launch.body)["alerts"][0]


def times(part: Any) -> list[tuple[int, str | None]]:
    return [(each["press"], each["pressed_at"]) for each in part.get("each_press", ())]


def moment(seconds: float) -> str:
    return write_moment(at(seconds).wall)


def test_a_further_press_is_reported_with_its_own_time() -> None:
    core = Core()
    core.hear(alert(0.0), at(0))
    assert times(told(core, at(0))) == []
    core.hear(alert(6.0, 6.0), at(6.1))
    part = told(core, at(6.1))
    assert (part["presses"], part["pressed_at"]) == (2, moment(0))
    assert times(part) == [(1, moment(0)), (2, moment(6.1))]
    assert part["each_press"][1]["received_at"] == moment(6.1)


def test_presses_that_this_gateway_did_not_hear_singly_are_dated_by_their_unit() -> None:
    core = Core()
    core.hear(alert(9.0, 3.0, 6.0), at(9))
    assert times(told(core, at(9))) == [(1, moment(0)), (2, moment(3)), (3, moment(6))]


def test_what_an_older_unit_only_counts_is_told_as_counted_and_not_dated() -> None:
    core = Core()
    core.hear(alert(0.0), at(0))
    told(core, at(0))
    core.hear(alert(9.0, None, None), at(9))
    part = told(core, at(9))
    assert (part["presses"], times(part)) == (3, [(1, moment(0)), (3, None)])
    assert part["each_press"][1]["received_at"] == moment(9)


def test_an_older_count_that_comes_late_dates_nothing() -> None:
    core = Core()
    core.hear(alert(9.0, None, None), at(9))
    before = known(core).dated
    core.hear(alert(9.5, None), at(9.5))
    assert known(core).dated == before


def test_a_press_that_was_only_counted_is_dated_by_a_later_word_of_it() -> None:
    core = Core()
    core.hear(alert(9.0, None, None), at(9))
    told(core, at(9))
    core.hear(alert(10.0, 3.0, 6.0), at(10))
    assert times(told(core, at(10))) == [(1, moment(0)), (2, moment(3)), (3, moment(6))]


def test_a_repeat_makes_no_press_later_and_is_no_news() -> None:
    core = Core()
    core.hear(alert(6.0, 6.0), at(6))
    told(core, at(6))
    core.hear(alert(6.0, 6.0), at(48))  # it left at 6, and a broker held it
    core.hear(alert(50.1, 6.2), at(50))
    assert core.launches(at(60)) == []


def test_a_press_whose_word_was_held_up_is_put_right_by_the_next_repeat() -> None:
    core = Core()
    core.hear(alert(6.0, 6.0), at(48))
    told(core, at(48))
    core.hear(alert(49.0, 6.0), at(49))
    assert times(told(core, at(49)))[1] == (2, moment(6))


@pytest.mark.parametrize("jump", [-EPOCH, -3600.0, 3600.0])
def test_a_clock_that_is_set_between_two_repeats_moves_no_press(jump: float) -> None:
    core = Core()
    core.hear(alert(6.0, 6.0), at(6))
    told(core, at(6))
    core.hear(alert(9.0, 6.0), Now(at(9).mono, Wall(EPOCH + 9 + jump)))
    assert core.launches(at(9)) == []


def test_in_whatever_order_messages_come_the_same_is_known() -> None:
    messages = [(alert(0.0), 0.0), (alert(3.0, 3.0), 3.0), (alert(6.0, 3.0, 6.0), 6.0)]
    found = set()
    for order in permutations(messages):
        core = Core()
        for number, (message, sent) in enumerate(order):
            # All of them at once: each as old as it is by then.
            core.hear(aged(message, 9.0 - sent), at(9 + number / 1000))
        found.add(tuple((each.press, round(each.at - EPOCH)) for each in known(core).dated))
    assert found == {((1, 0), (2, 3), (3, 6))}


def aged(message: Message, by: float) -> Message:
    further = tuple(
        FurtherPress(each.press, Seconds((each.age or 0.0) + by), None) for each in message.further
    )
    count = message.presses
    return one_press(
        name=NAME, age=Seconds((message.age or 0.0) + by), presses=count, further=further
    )


def test_the_newest_presses_are_told_and_all_are_counted() -> None:
    core = Core()
    for count in range(1, 40):
        again = [float(n) for n in range(1, count)]
        message = alert(float(count), *again)
        further = message.further[-MOST_DATED:]
        core.hear(one_press(name=NAME, age=message.age, presses=count, further=further), at(count))
    part = told(core, at(41))
    assert (part["presses"], len(known(core).further)) == (39, MOST_DATED)
    assert [number for number, _ in times(part)] == list(range(20, 40))


def test_a_press_after_a_closing_belongs_to_the_next_incident_with_its_time() -> None:
    core = Core()
    core.hear(alert(3.0, 3.0), at(3))
    core.incidents.close(core.incidents.all_open()[0])
    rows = core.hear(alert(60.0, 3.0, 60.0), at(60))
    (row,) = [each for each in rows if isinstance(each, SaveAlert)]
    assert [(each.press, each.pressed_at) for each in row.further] == [
        (2, at(3).wall),
        (3, at(60).wall),
    ]


def test_a_press_is_as_old_at_the_gateway_as_at_its_unit() -> None:
    core = Core()
    core.hear(alert(9.0, 3.0), at(9))
    (press,) = known(core).further
    assert press.pressed == pytest.approx(Monotonic(at(3).mono))
