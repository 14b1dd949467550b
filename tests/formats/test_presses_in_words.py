"""When a button was pressed again, and how often nobody knows when, as people read it."""

from gateway.core.formats.sentences import last_pressed, pressed
from gateway.core.incidents.alert import Alert, first_alert
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.presses import FurtherPress
from gateway.core.values import Room
from tests.gateway.core import at
from wire.ids import AlertId, UnitId
from wire.modes import LIVE
from wire.moment import write_moment

ROOM = Room("204", "204", "2", "Main")


def alert(presses: int, *further: FurtherPress) -> Alert:
    unit, pressed_at = UnitId("lincoln-204"), at(0).wall
    claim = IncomingAlert(AlertId("a"), "panic", unit, ROOM, pressed_at, presses, (), None, further)
    return first_alert(claim, at(0))


def moment(seconds: float) -> str:
    return write_moment(at(seconds).wall)


def test_one_press_is_told_by_its_own_time_alone() -> None:
    assert pressed(alert(1), LIVE).endswith(f"room 204; first at {moment(0)}")


def test_each_further_press_is_told_with_its_time() -> None:
    two = FurtherPress(2, at(3).wall, at(3.1).wall)
    three = FurtherPress(3, None, at(6).wall)
    words = pressed(alert(3, two, three), LIVE)
    assert f"again at {moment(3)}, {moment(6)} (when it arrived)" in words
    assert "more" not in words


def test_a_press_that_was_only_counted_has_no_time_made_up_for_it() -> None:
    words = pressed(alert(4, FurtherPress(4, at(6).wall, at(6).wall)), LIVE)
    assert f"again at {moment(6)}; 2 more presses at times not told here" in words


def test_when_it_was_pressed_last_is_not_known_if_that_press_was_only_counted() -> None:
    assert last_pressed(alert(3, FurtherPress(2, at(3).wall, at(3).wall))) is None
    assert last_pressed(alert(2, FurtherPress(2, at(3).wall, at(3).wall))) == at(3).wall
