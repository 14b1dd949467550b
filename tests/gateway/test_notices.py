"""What an alarm centre is told between reports: once when it begins, once when it is over."""

from gateway.core.effects import ReceiverNotification, SaveTrouble
from gateway.core.formats.dc09.events import Account, EventWriter
from gateway.core.supervision.notices import ReceiverNotifications
from tests.gateway.core import REGISTER, at
from wire.gateway_troubles import BROKER
from wire.ids import UnitId

UNIT = UnitId("lincoln-204")


def lost(
    notices: ReceiverNotifications, seconds: float, *units: UnitId
) -> list[ReceiverNotification]:
    rooms = REGISTER.by_unit
    return notices.update((), [(unit, "unit-lost") for unit in units], rooms, at(seconds).wall)


def test_a_lost_unit_is_told_with_its_room_once_and_once_when_it_is_found() -> None:
    notices = ReceiverNotifications()
    (begun,) = lost(notices, 0, UNIT)
    assert (begun.name, begun.room, begun.over) == ("unit-lost-lincoln-204", "204", False)
    assert lost(notices, 1, UNIT) == []
    assert lost(notices, 2) == [begun._replace(over=True)]


def test_a_trouble_that_stands_in_other_words_is_no_news() -> None:
    notices = ReceiverNotifications()
    trouble = SaveTrouble(BROKER.name(), "it refused", at(0).wall, None)
    assert len(notices.update([trouble], (), {}, at(0).wall)) == 1
    assert notices.update([trouble._replace(detail="it is away")], (), {}, at(1).wall) == []


def test_only_what_has_a_code_is_told_and_each_time_under_a_name_of_its_own() -> None:
    writer = EventWriter(Account("1234", "Lincoln School"), lambda _: 4)
    (begun,) = lost(ReceiverNotifications(), 0, UNIT)
    event, again = writer.of_notice(begun), writer.of_notice(begun._replace(since=at(9).wall))
    assert event
    assert again
    assert event.data == "#1234|1381 00 004"
    assert event.name != again.name
    assert writer.of_notice(begun._replace(name="silent-camera-hall")) is None
