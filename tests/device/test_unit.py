"""An alert on its unit: told again until it is answered, climbing only, never forgotten."""

import pytest

from device.events import StoredAlert
from device.lamp import Indication
from device.unit import Unit
from device.work import Forget, Publish, Save, StageReached, Work
from tests.device.fakes import BOOT, ROOM, UNIT
from wire.alert_ids import id_of_its_own
from wire.codec import decode, encode
from wire.ids import AlertId, Monotonic, Seconds, UnitId, Wall
from wire.messages import Progress
from wire.stage import Answer, Stage

A, B, C = (AlertId(f"aaaaaaaa-0000-4000-8000-00000000000{n}") for n in (1, 2, 3))


def pressed(now: float = 100.02, edge: float = 100.0) -> tuple[Unit, list[Work]]:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    return unit, unit.press(Monotonic(now), Monotonic(edge), A, Wall(5.0))


def hear(
    unit: Unit,
    now: float,
    stage: Stage,
    presses: int = 1,
    alert: AlertId = A,
    answer: Answer = Answer.NONE,
) -> list[Work]:
    return unit.hear(Monotonic(now), Progress(alert, stage, presses, answer))


def stage_of(unit: Unit, now: float = 101.0) -> Stage | None:
    sign = unit.sign(Monotonic(now))
    return None if sign is None else sign.stage


def told_at(unit: Unit, until: float) -> list[float]:
    """The seconds, from 100, at which the alert is told again."""
    ticks = [100.0 + n / 100 for n in range(int((until - 100) * 100))]
    return [round(t - 100, 2) for t in ticks if unit.tick(Monotonic(t))]


def test_a_press_is_published_before_it_is_saved() -> None:
    unit, work = pressed()
    assert [type(each) for each in work] == [Publish, Save, StageReached]
    assert unit.open == (A,)


def test_the_message_tells_the_age_of_the_first_edge() -> None:
    _, (publish, *_) = pressed()
    assert isinstance(publish, Publish)
    assert publish.message.age == pytest.approx(0.02)
    assert (publish.message.seq, publish.message.presses) == (1, 1)


def test_each_further_press_is_told_with_its_own_age() -> None:
    unit, _ = pressed(now=100.0)
    for edge in (103.0, 106.0):
        publish, save, _ = unit.press(Monotonic(edge + 0.02), Monotonic(edge), B, Wall(edge - 95))
    assert isinstance(publish, Publish)
    assert isinstance(save, Save)
    told = publish.message
    assert (told.presses, [each.press for each in told.further]) == (3, [2, 3])
    ages = [told.age, *(each.age for each in told.further)]
    assert ages == pytest.approx([6.02, 3.02, 0.02])
    assert [each.pressed_at for each in told.further] == [Wall(8.0), Wall(11.0)]
    assert [each.pressed for each in save.row.further] == [103.0, 106.0]


def test_the_newest_presses_are_told_one_by_one_and_all_are_counted() -> None:
    unit, _ = pressed(now=100.0)
    for number in range(2, 40):
        publish, *_ = unit.press(Monotonic(99.0 + number), Monotonic(99.0 + number), B, None)
    assert isinstance(publish, Publish)
    assert publish.message.presses == 39
    assert [each.press for each in publish.message.further] == list(range(20, 40))
    assert decode(encode(publish.message))


def test_an_unanswered_alert_is_told_after_1_s_and_every_2_s() -> None:
    unit, _ = pressed(now=100.0)
    assert told_at(unit, 108.0) == pytest.approx([1, 3, 5, 7], abs=0.02)


def test_the_repeats_of_two_units_drift_apart_by_up_to_20_percent() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=1.0)
    unit.press(Monotonic(100.0), Monotonic(100.0), A, None)
    assert told_at(unit, 106.5) == pytest.approx([1.2, 3.6, 6.0], abs=0.03)


def test_a_received_alert_is_told_every_5_s_until_it_is_sent() -> None:
    unit, _ = pressed(now=100.0)
    hear(unit, 100.0, Stage.RECEIVED)
    assert told_at(unit, 112.0) == pytest.approx([5, 10], abs=0.02)
    hear(unit, 112.0, Stage.DELIVERED)
    assert told_at(unit, 160.0) == []


def test_all_that_is_open_is_told_as_soon_as_a_link_is_up() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.DELIVERED)
    (publish,) = unit.link_up(Monotonic(101.0), "gateway-2")
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.link) == (A, "gateway-2")


def test_each_stage_is_logged_once() -> None:
    unit, _ = pressed()
    work = hear(unit, 101.0, Stage.RECEIVED)
    assert work[-1] == StageReached(A, ROOM, Stage.RECEIVED, Seconds(1.0))
    assert hear(unit, 101.1, Stage.RECEIVED) == []


def test_a_further_press_is_one_more_on_the_same_alert() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.DELIVERED)
    publish, save, _ = unit.press(Monotonic(110.0), Monotonic(109.98), B, None)
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.message.presses) == (A, 2)
    assert publish.message.age == pytest.approx(10.0)
    assert isinstance(save, Save)
    assert unit.seq == 1


def test_who_presses_again_sees_the_answer_to_that_press() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.DELIVERED)
    unit.press(Monotonic(110.0), Monotonic(110.0), B, None)
    assert hear(unit, 110.1, Stage.DELIVERED, presses=1) == []
    assert hear(unit, 110.1, Stage.CLOSED, presses=1) == []
    assert stage_of(unit, 110.2) is Stage.PRESSED
    hear(unit, 110.3, Stage.DELIVERED, presses=2)
    assert stage_of(unit, 110.4) is Stage.DELIVERED


def test_a_press_after_the_alert_was_closed_is_a_new_alert() -> None:
    unit, _ = pressed()
    assert Forget(A) in hear(unit, 120.0, Stage.CLOSED)
    assert unit.sign(Monotonic(120.0)) is None
    unit.press(Monotonic(130.0), Monotonic(130.0), B, None)
    assert (unit.open, unit.seq) == ((B,), 2)


def test_what_is_late_is_known_after_4_and_after_15_seconds() -> None:
    unit, _ = pressed()
    assert unit.late(Monotonic(103.9)) == set()
    assert unit.late(Monotonic(104.0)) == {Stage.RECEIVED}
    hear(unit, 105.0, Stage.RECEIVED)
    assert unit.late(Monotonic(105.0)) == set()
    assert unit.late(Monotonic(115.0)) == {Stage.DELIVERED}


def test_not_delivered_can_be_seen_for_a_whole_round_of_its_pattern_by_15_seconds() -> None:
    unit, _ = pressed()
    assert unit.sign(Monotonic(113.4)) == Indication(Stage.PRESSED, not_delivered=False)
    assert unit.sign(Monotonic(113.5)) == Indication(Stage.PRESSED, not_delivered=True)


def test_not_delivered_goes_away_when_it_is_sent_and_not_before() -> None:
    unit, _ = pressed()
    hear(unit, 116.0, Stage.RECEIVED)
    assert unit.sign(Monotonic(116.1)) == Indication(Stage.RECEIVED, not_delivered=True)
    hear(unit, 117.0, Stage.DELIVERED)
    assert unit.sign(Monotonic(117.1)) == Indication(Stage.DELIVERED, not_delivered=False)


def row(alert: AlertId = A, stage: Stage = Stage.PRESSED, at: float | None = 90.0) -> StoredAlert:
    when = None if at is None else Monotonic(at)
    return StoredAlert(alert, BOOT, 7, ROOM, when, Wall(5.0), 1, stage)


def test_an_alert_from_before_a_restart_is_told_again_with_its_own_id() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    (publish,) = unit.restore(Monotonic(100.0), [row()])
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.message.seq, publish.message.age) == (A, 7, 10.0)
    assert stage_of(unit, 100.0) is Stage.STORED


def test_after_a_reboot_of_the_machine_the_age_is_not_known() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    (publish,) = unit.restore(Monotonic(3.0), [row(at=None)])
    assert isinstance(publish, Publish)
    assert (publish.message.age, publish.message.pressed_at) == (None, 5.0)


def test_after_a_crash_a_press_is_late_by_the_time_of_the_press_and_not_by_that_of_the_start() -> (
    None
):
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    unit.restore(Monotonic(100.0), [row(at=90.0)])
    assert unit.late(Monotonic(104.9)) == {Stage.RECEIVED}
    assert unit.late(Monotonic(105.0)) == {Stage.DELIVERED}


def test_after_a_reboot_a_press_is_at_least_as_old_as_the_run_of_the_machine() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    unit.restore(Monotonic(12.0), [row(at=None)])
    assert unit.late(Monotonic(14.9)) == {Stage.RECEIVED}
    assert unit.late(Monotonic(15.0)) == {Stage.DELIVERED}


def test_a_press_that_came_before_the_journal_was_read_stays_the_newest() -> None:
    unit, _ = pressed()
    unit.restore(Monotonic(100.1), [row(B, Stage.DELIVERED)])
    assert unit.open == (B, A)
    assert stage_of(unit) is Stage.PRESSED


def test_a_press_after_a_restart_is_a_new_alert_for_the_journal_may_be_behind() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    unit.restore(Monotonic(100.0), [row(A)])
    publish, *_ = unit.press(Monotonic(101.0), Monotonic(101.0), B, None)
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.message.presses) == (B, 1)
    again, *_ = unit.press(Monotonic(102.0), Monotonic(102.0), C, None)
    assert isinstance(again, Publish)
    assert (again.message.alert, again.message.presses) == (B, 2)


def test_news_of_an_unknown_alert_changes_nothing() -> None:
    unit, _ = pressed()
    assert hear(unit, 101.0, Stage.DELIVERED, alert=B) == []


def test_progress_of_an_alert_from_before_a_new_name_comes_under_an_id_of_its_own() -> None:
    unit, _ = pressed()
    own = id_of_its_own(UNIT, A)
    hear(unit, 101.0, Stage.DELIVERED, alert=id_of_its_own(UnitId("lincoln-205"), A))
    assert stage_of(unit) is Stage.PRESSED, "that of another unit is none of ours"
    hear(unit, 101.0, Stage.DELIVERED, alert=own)
    assert stage_of(unit) is Stage.DELIVERED
    hear(unit, 102.0, Stage.CLOSED, alert=own)
    assert unit.open == ()


def test_a_gateway_that_lacks_an_alert_is_told_it_again_and_its_lamp_stays_as_it_is() -> None:
    unit, _ = pressed()
    hear(unit, 101.0, Stage.DELIVERED)
    (again,) = hear(unit, 200.0, Stage.PRESSED)
    assert isinstance(again, Publish)
    assert (again.message.alert, again.message.presses, again.link) == (A, 1, None)
    assert stage_of(unit) is Stage.DELIVERED
    assert hear(unit, 201.0, Stage.PRESSED, alert=B) == []
