"""An alert on its unit: told again until it is answered, climbing only, never forgotten."""

from itertools import permutations

import pytest

from device.events import Row
from device.lamp import Sign
from device.unit import Climbed, Forget, Publish, Save, Unit, Work
from tests.device.fakes import BOOT, ROOM, UNIT
from wire.ids import AlertId, Monotonic, Seconds, Wall
from wire.messages import Progress
from wire.stage import Stage

A, B = (
    AlertId("aaaaaaaa-0000-4000-8000-000000000001"),
    AlertId("aaaaaaaa-0000-4000-8000-000000000002"),
)


def pressed(now: float = 100.02, edge: float = 100.0) -> tuple[Unit, list[Work]]:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    return unit, unit.press(Monotonic(now), Monotonic(edge), A, Wall(5.0))


def hear(unit: Unit, now: float, stage: Stage, presses: int = 1, alert: AlertId = A) -> list[Work]:
    return unit.hear(Monotonic(now), Progress(alert, stage, presses))


def stage_of(unit: Unit, now: float = 101.0) -> Stage | None:
    sign = unit.sign(Monotonic(now))
    return None if sign is None else sign.stage


def told_at(unit: Unit, until: float) -> list[float]:
    """The seconds, from 100, at which the alert is told again."""
    ticks = [100.0 + n / 100 for n in range(int((until - 100) * 100))]
    return [round(t - 100, 2) for t in ticks if unit.tick(Monotonic(t))]


def test_a_press_is_published_before_it_is_saved() -> None:
    unit, work = pressed()
    assert [type(each) for each in work] == [Publish, Save, Climbed]
    assert unit.open == (A,)


def test_the_message_tells_the_age_of_the_first_edge() -> None:
    _, (publish, *_) = pressed()
    assert isinstance(publish, Publish)
    assert publish.message.age == pytest.approx(0.02)
    assert (publish.message.seq, publish.message.presses) == (1, 1)


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
    hear(unit, 112.0, Stage.SENT)
    assert told_at(unit, 160.0) == []


def test_all_that_is_open_is_told_as_soon_as_a_link_is_up() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.SENT)
    (publish,) = unit.link_up(Monotonic(101.0), "gateway-2")
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.link) == (A, "gateway-2")


@pytest.mark.parametrize("order", list(permutations(list(Stage)[1:5])))
def test_news_in_any_order_ends_in_the_same_stage(order: tuple[Stage, ...]) -> None:
    unit, _ = pressed()
    for stage in order + order:
        hear(unit, 100.1, stage)
    assert stage_of(unit) is Stage.CONFIRMED


def test_each_climb_is_told_once() -> None:
    unit, _ = pressed()
    work = hear(unit, 101.0, Stage.RECEIVED)
    assert work[-1] == Climbed(A, ROOM, Stage.RECEIVED, Seconds(1.0))
    assert hear(unit, 101.1, Stage.RECEIVED) == []


def test_a_further_press_is_one_more_on_the_same_alert() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.SENT)
    publish, save, _ = unit.press(Monotonic(110.0), Monotonic(109.98), B, None)
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.message.presses) == (A, 2)
    assert publish.message.age == pytest.approx(10.0)
    assert isinstance(save, Save)
    assert unit.seq == 1


def test_who_presses_again_sees_the_answer_to_that_press() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.SENT)
    unit.press(Monotonic(110.0), Monotonic(110.0), B, None)
    assert hear(unit, 110.1, Stage.SENT, presses=1) == []
    assert hear(unit, 110.1, Stage.CLOSED, presses=1) == []
    assert stage_of(unit, 110.2) is Stage.PRESSED
    hear(unit, 110.3, Stage.SENT, presses=2)
    assert stage_of(unit, 110.4) is Stage.SENT


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
    assert unit.late(Monotonic(115.0)) == {Stage.SENT}


def test_not_delivered_can_be_seen_for_a_whole_round_of_its_pattern_by_15_seconds() -> None:
    unit, _ = pressed()
    assert unit.sign(Monotonic(113.4)) == Sign(Stage.PRESSED, not_delivered=False)
    assert unit.sign(Monotonic(113.5)) == Sign(Stage.PRESSED, not_delivered=True)


def test_not_delivered_goes_away_when_it_is_sent_and_not_before() -> None:
    unit, _ = pressed()
    hear(unit, 116.0, Stage.RECEIVED)
    assert unit.sign(Monotonic(116.1)) == Sign(Stage.RECEIVED, not_delivered=True)
    hear(unit, 117.0, Stage.SENT)
    assert unit.sign(Monotonic(117.1)) == Sign(Stage.SENT, not_delivered=False)


def row(alert: AlertId = A, stage: Stage = Stage.PRESSED, at: float | None = 90.0) -> Row:
    when = None if at is None else Monotonic(at)
    return Row(alert, BOOT, 7, ROOM, when, Wall(5.0), 1, stage)


def test_an_alert_from_before_a_restart_is_told_again_with_its_own_id() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    (publish,) = unit.restore(Monotonic(100.0), [row()])
    assert isinstance(publish, Publish)
    assert (publish.message.alert, publish.message.seq, publish.message.age) == (A, 7, 10.0)
    assert stage_of(unit, 100.0) is Stage.HELD


def test_after_a_reboot_of_the_machine_the_age_is_not_known() -> None:
    unit = Unit(UNIT, ROOM, BOOT, spread=0.0)
    (publish,) = unit.restore(Monotonic(3.0), [row(at=None)])
    assert isinstance(publish, Publish)
    assert (publish.message.age, publish.message.pressed_at) == (None, 5.0)
    assert unit.late(Monotonic(6.9)) == set()


def test_a_press_that_came_before_the_journal_was_read_stays_the_newest() -> None:
    unit, _ = pressed()
    unit.restore(Monotonic(100.1), [row(B, Stage.SENT)])
    assert unit.open == (B, A)
    assert stage_of(unit) is Stage.PRESSED


def test_news_of_an_unknown_alert_changes_nothing() -> None:
    unit, _ = pressed()
    assert hear(unit, 101.0, Stage.SENT, alert=B) == []
