"""What an alarm centre is told in the calm: once when it begins, once when it is over."""

from gateway.dc09.calm import LINK_TEST, Calm
from gateway.formats.dc09.events import Account, Event, EventWriter
from gateway.notice import Notice
from gateway.notices import Notices
from gateway.work import KeepTrouble
from tests.gateway.core import REGISTER, at
from wire.ids import Monotonic, Seconds, UnitId

UNIT = UnitId("lincoln-204")
TEST = Event("periodic", "", "", "")


def lost(notices: Notices, seconds: float, *units: UnitId) -> list[Notice]:
    rooms = REGISTER.by_unit
    return notices.look((), [(unit, "unit-lost") for unit in units], rooms, at(seconds).wall)


def test_a_lost_unit_is_told_with_its_room_once_and_once_when_it_is_found() -> None:
    notices = Notices()
    (begun,) = lost(notices, 0, UNIT)
    assert (begun.name, begun.room, begun.over) == ("unit-lost-lincoln-204", "204", False)
    assert lost(notices, 1, UNIT) == []
    assert lost(notices, 2) == [begun._replace(over=True)]


def test_a_trouble_that_stands_in_other_words_is_no_news() -> None:
    notices = Notices()
    trouble = KeepTrouble("broker", "it refused", at(0).wall, None)
    assert len(notices.look([trouble], (), {}, at(0).wall)) == 1
    assert notices.look([trouble._replace(detail="it is away")], (), {}, at(1).wall) == []


def test_only_what_has_a_code_is_told_and_each_time_under_a_name_of_its_own() -> None:
    writer = EventWriter(Account("1234", "Lincoln School"), lambda _: 4)
    (begun,) = lost(Notices(), 0, UNIT)
    event, again = writer.of_notice(begun), writer.of_notice(begun._replace(since=at(9).wall))
    assert event
    assert again
    assert event.data == "#1234|1381 00 004"
    assert event.name != again.name
    assert writer.of_notice(begun._replace(name="silent-camera-hall")) is None


def calm(after: float = 0.0) -> Calm:
    return Calm(Seconds(60), Seconds(after), Seconds(3600), lambda: TEST, Monotonic(0))


def begun() -> Calm:
    """The first link test and the first periodic test are over."""
    lane = calm()
    assert lane.next(Monotonic(0)) == LINK_TEST
    lane.heard(Monotonic(0))
    assert lane.next(Monotonic(0)) == TEST
    lane.told(TEST)
    return lane


def test_a_link_test_is_due_when_nothing_was_heard_for_the_interval() -> None:
    lane = begun()
    assert lane.next_due() == Monotonic(60)
    lane.heard(Monotonic(50))
    assert lane.next(Monotonic(109)) is None
    assert lane.next(Monotonic(110)) == LINK_TEST


def test_after_a_failure_all_waits_and_then_the_line_is_tested_first() -> None:
    lane = begun()
    event = Event("a", "", "", "")
    lane.add(event, Monotonic(1))
    lane.failed(Monotonic(1))
    assert lane.next(Monotonic(5)) is None
    assert lane.next(Monotonic(6)) == LINK_TEST
    lane.heard(Monotonic(6))
    assert lane.next(Monotonic(6)) == event
