"""The time of a press is the earliest that anyone knows, whatever was held up on its way."""

import json
import sqlite3
from typing import Any

import pytest

from gateway.core.effects import SaveAlert
from gateway.core.values import Now
from gateway.store import sql
from gateway.store.backlog import compact
from tests.gateway.core import EPOCH, Core, alert, at
from tests.in_memory import open_in_memory
from wire.ids import Seconds, Wall
from wire.moment import write_moment


def told(core: Core, now: Now) -> Any:
    """The one alert of the one report that leaves now; it is taken."""
    (launch,) = core.launches(now)
    core.receipt(launch, now)
    return json.loads(launch.body)["alerts"][0]


def test_a_message_that_was_held_up_is_put_right_by_the_next_repeat() -> None:
    core, press = Core(), alert(age=Seconds(0.0))
    core.hear(press, at(42))  # it left when it was pressed, and a broker held it
    assert told(core, at(42))["pressed_at"] == write_moment(at(42).wall)
    (row,) = core.hear(alert(name=press.alert, age=Seconds(42.5)), at(42.5))
    assert isinstance(row, SaveAlert)
    assert row.pressed_at == at(0).wall
    assert told(core, at(42.6))["pressed_at"] == write_moment(at(0).wall)


def test_no_repeat_makes_a_press_later() -> None:
    core, press = Core(), alert(age=Seconds(0.0))
    core.hear(press, at(0))
    told(core, at(0))
    core.hear(alert(name=press.alert, age=Seconds(0.0)), at(42))
    core.hear(alert(name=press.alert, age=Seconds(41.9)), at(42))
    assert core.launches(at(60)) == []


@pytest.mark.parametrize("jump", [-EPOCH, -3600.0, 3600.0])
def test_a_clock_that_is_set_between_two_repeats_moves_no_press(jump: float) -> None:
    core, press = Core(), alert(age=Seconds(0.0))
    core.hear(press, at(0))
    told(core, at(0))
    later = at(5)._replace(wall=Wall(EPOCH + 5 + jump))
    core.hear(alert(name=press.alert, age=Seconds(5.0)), later)
    assert core.launches(later) == []


def test_the_disk_keeps_the_earliest_and_so_does_what_waits_for_it() -> None:
    core, press = Core(), alert(age=Seconds(0.0))
    late = core.hear(press, at(42))
    early = core.hear(alert(name=press.alert, age=Seconds(42.0)), at(42))
    rows = [each for each in (*late, *early) if isinstance(each, SaveAlert)]
    for work in (rows, rows[::-1], compact(rows), compact(rows[::-1])):
        assert pressed_at(open_in_memory(), work) == at(0).wall


def test_a_question_about_a_closed_alert_changes_nothing_of_it() -> None:
    core = Core()
    (row,) = (each for each in core.hear(alert(), at(0)) if isinstance(each, SaveAlert))
    question = row._replace(incident=type(row.incident)(""), pressed_at=Wall(0.0))
    assert pressed_at(open_in_memory(), [row, question]) == row.pressed_at
    assert pressed_at(open_in_memory(), [row, *compact([question, row])]) == row.pressed_at


def pressed_at(db: sqlite3.Connection, work: list[Any]) -> Wall:
    sql.write(db, work)
    (found,) = db.execute("SELECT pressed_at FROM alert").fetchone()
    return Wall(found)
