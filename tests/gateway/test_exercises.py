"""While a walk test goes on a press in its scope is a test, by the gateway's own state alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.gateway.core import Core, alert, at
from tests.gateway.rehearsing import (
    WALK,
    asked,
    ends,
    lamps,
    let_go,
    modes,
    over,
    pressed,
    real,
    stopped,
    walk,
    walking,
)
from wire.codec import encode
from wire.exercise import MOST_A_DAY
from wire.ids import ExerciseId, Seconds
from wire.messages import FurtherPress


def test_a_press_in_a_walk_test_is_a_test_and_nobody_outside_is_owed_it() -> None:
    core = walking()
    _, work = pressed(core, 1)
    assert modes(work) == ["test"]
    assert lamps(work) == [("RECEIVED", "test")]
    core.tick(at(2))
    assert core.launches(at(2)) == []
    assert core.outbox.owing() == set()


def test_once_the_button_was_let_go_the_test_is_over_by_itself() -> None:
    core = walking()
    press, _ = pressed(core, 1)
    core.hear(let_go(press), at(1.5))
    assert over(core.tick(at(5.5))) == 0
    assert over(core.tick(at(6.1))) == 1
    assert core.incidents.all_open() == []
    assert core.launches(at(40)) == []
    assert "not-delivered" not in (core.tick(at(40)), core.troubles.names)[1]


def test_what_is_not_on_the_disk_is_not_answered_as_if_it_were() -> None:
    core = walking()
    press = alert()
    core.hear(press, at(1))
    core.hear(let_go(press), at(1.5))
    assert over(core.tick(at(20))) == 0


def test_a_button_that_is_held_is_real_at_once() -> None:
    core = walking()
    press, _ = pressed(core, 1)
    work = core.hear(let_go(press, held=3.0, age=3.0), at(4))
    assert (modes(work), ends(work)) == (["live"], [""])
    assert ("RECEIVED", "live") in lamps(work)
    assert core.report(at(4))["mode"] == "live"


def test_a_hold_of_which_the_first_message_was_lost_is_real() -> None:
    core = walking()
    work = core.hear(let_go(alert(), held=3.1, age=3.1), at(4))
    assert modes(work) == ["live"]


def test_a_button_of_which_nothing_more_is_heard_is_real() -> None:
    core = walking()
    pressed(core, 1)
    assert modes(core.tick(at(10.9))) == []
    assert modes(core.tick(at(11))) == ["live"]
    assert core.report(at(11))["mode"] == "live"


def test_a_press_outside_the_scope_is_real_and_ends_the_walk_test() -> None:
    core = walking("lincoln-204")
    pressed(core, 1, "204")
    _, work = pressed(core, 2, "205")
    assert (modes(work), ends(work)) == (["live", "live"], [""])
    assert {room["room"]["id"] for one in core.launches(at(2)) for room in told(one.body)} == {
        "204",
        "205",
    }
    pressed(core, 3, "204")
    assert {each.mode for each in core.incidents.all_open()} == {"live"}


def told(body: str) -> list[Any]:
    return list(json.loads(body)["alerts"])


@pytest.mark.parametrize(
    "odd",
    [
        {"age": None},
        {"age": Seconds(5.0)},
        {"unit": "lincoln-999"},
    ],
)
def test_what_is_not_known_of_a_press_makes_it_real(odd: dict[str, Any]) -> None:
    assert modes(pressed(walking(), 1, **odd)[1]) == ["live"]


def test_a_message_that_nobody_can_read_is_real() -> None:
    assert modes(walking().hear(b"{", at(1))) == ["live"]


def test_a_unit_in_the_wrong_room_is_a_test_that_says_so() -> None:
    core = walking()
    _, work = pressed(core, 1, unit="lincoln-205")
    assert modes(work) == ["test"]


@pytest.mark.parametrize("field", [b'"mode":"test"', b'"test":true', b'"exercise":{"mode":"test"}'])
def test_no_field_of_a_message_makes_a_press_a_test(field: bytes) -> None:
    core = Core()
    payload = encode(alert()).replace(b"{", b"{" + field + b",", 1)
    assert modes(core.hear(payload, at(1))) == ["live"]
    assert core.report(at(1))["mode"] == "live"


def test_a_walk_test_that_somebody_forgot_ends_and_the_next_press_is_real() -> None:
    core = walking()
    assert modes(pressed(core, 899)[1]) == ["test"]
    assert modes(pressed(core, 900.1, "205")[1]) == ["live"]


def test_a_clock_that_is_set_back_makes_no_walk_test_longer() -> None:
    core = walking()
    back = at(901)._replace(wall=at(10).wall)
    assert modes(core.hear(alert(), back)) == ["live"]


def test_a_person_stops_it_and_what_was_pressed_before_stays_a_test() -> None:
    core = walking()
    press, _ = pressed(core, 1)
    assert ends(core.dispatcher.handle(stopped(), at(2))) == ["Mr Day"]
    assert modes(pressed(core, 3, "205")[1])[-1] == "live"
    core = walking()
    press, _ = pressed(core, 1)
    core.dispatcher.handle(stopped(), at(2))
    core.hear(let_go(press, age=2.0), at(3))
    assert over(core.tick(at(7))) == 1
    assert core.launches(at(7)) == []


def test_a_person_says_that_it_is_real_and_what_was_just_pressed_is() -> None:
    core = walking()
    pressed(core, 1)
    work = core.dispatcher.handle(real(), at(2))
    assert (ends(work), modes(work)) == (["Mr Day"], ["live"])
    assert core.report(at(2))["mode"] == "live"


def test_real_is_an_alert_of_its_own_once_where_nobody_has_pressed() -> None:
    core = walking()
    work = core.dispatcher.handle(real(), at(60))
    assert modes(work)[-1] == "live"
    (told_of,) = told(core.launches(at(60))[0].body)
    assert told_of["room"]["name"] == "called at the console by Mr Day"
    assert modes(core.dispatcher.handle(real(), at(61))) == []


def test_without_a_walk_test_nobody_raises_an_alert_at_the_console() -> None:
    assert modes(Core().dispatcher.handle(real(), at(1))) == []


@pytest.mark.parametrize("began", [-901.0, 60.0])
def test_one_that_was_asked_for_long_ago_or_in_a_time_to_come_never_begins(began: float) -> None:
    core = Core()
    core.dispatcher.handle(asked(walk(began=began)), at(0))
    assert modes(pressed(core, 1)[1]) == ["live"]


def test_none_begins_while_something_is_real() -> None:
    core = Core()
    pressed(core, 0, "205")
    assert ends(core.dispatcher.handle(asked(walk(began=1)), at(1))) == [""]
    assert modes(pressed(core, 2)[1]) == []  # it joins what is open


def test_nobody_starts_them_one_after_the_other_all_day() -> None:
    core = Core()
    for number in range(MOST_A_DAY + 1):
        name = ExerciseId(f"{WALK[:-2]}{number:02}")
        core.dispatcher.handle(asked(walk(began=number * 1000, name=name)), at(number * 1000))
    assert modes(pressed(core, MOST_A_DAY * 1000 + 1)[1]) == ["live"]


def test_a_start_goes_on_with_it_and_ends_it_in_time() -> None:
    core = Core()
    core.dispatcher.restored([], {}, at(100), [walk()])
    assert modes(pressed(core, 101)[1]) == ["test"]
    assert modes(pressed(core, 901, "205")[1]) == ["live"]
    ended = Core()
    ended.dispatcher.restored([], {}, at(100), [replace_end(walk())])
    assert modes(pressed(ended, 101)[1]) == ["live"]


def replace_end(exercise: Any) -> Any:
    return exercise._replace(ended_at=at(50).wall, ended_by="Mr Day")


def test_a_unit_that_repeats_a_test_after_its_end_raises_nothing() -> None:
    core = walking()
    press, _ = pressed(core, 1)
    core.hear(let_go(press), at(1.5))
    core.tick(at(7))
    work = core.hear(replace(let_go(press), age=Seconds(999.0)), at(1000))
    assert (modes(work), core.incidents.all_open(), core.launches(at(1000))) == ([], [], [])


def test_a_further_press_waits_for_its_own_button_to_be_let_go() -> None:
    core = walking()
    press, _ = pressed(core, 1)
    core.hear(let_go(press), at(1.5))
    second = FurtherPress(2, Seconds(0.01), None)
    again = replace(press, presses=2, age=Seconds(3.0), further=(second,))
    core.keep(core.hear(again, at(4)), at(4))
    assert over(core.tick(at(9.5))) == 0
    assert modes(core.hear(let_go(again, held=3.2, age=7.0), at(10))) == ["live"]


def test_people_are_told_that_one_is_going_on() -> None:
    core = walking()
    core.tick(at(1))
    assert "walk-test" in core.troubles.names
    core.dispatcher.handle(stopped(), at(2))
    core.tick(at(3))
    assert "walk-test" not in core.troubles.names
