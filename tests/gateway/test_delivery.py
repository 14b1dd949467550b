"""What one endpoint is owed, and when it is told: times are numbers."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.delivery.attempt import Attempt, Portion, Settled
from gateway.core.delivery.queue import DeliveryQueue
from gateway.core.delivery.waits import BURST, DEADLINES, MOST_FLIGHTS, RETRIES, WHOLE
from gateway.core.formats.report import Picture
from wire.ids import AlertId, CameraId, Monotonic, Seconds

PICTURE = Picture(CameraId("hall-2"), "{}")


def now(seconds: float) -> Monotonic:
    return Monotonic(100.0 + seconds)


def owing(*alerts: str) -> DeliveryQueue:
    delivery = DeliveryQueue()
    for number, alert in enumerate(alerts, start=1):
        delivery.owe(AlertId(alert), 1, now(0))
        delivery.changed(number, now(0))
    return delivery


def launch(delivery: DeliveryQueue, version: int, at: float) -> Attempt:
    plan = delivery.plan(now(at))
    assert plan is not None
    delivery.launched(version, plan, 1, now(at))
    return plan


def test_a_new_alert_leaves_at_once_however_often_the_endpoint_failed() -> None:
    delivery = owing("a")
    for version in range(1, 9):
        launch(delivery, version, at=version * 10.0)
        delivery.failed(version, now(version * 10.0 + 4))
    assert delivery.plan(now(84.1)) is None
    delivery.owe(AlertId("b"), 1, now(0))
    assert delivery.plan(now(84.1)) is not None


def test_retries_never_stop_and_are_never_more_than_5_s_apart() -> None:
    delivery, at = owing("a"), 0.0
    for version in range(1, 50):
        launch(delivery, version, at)
        delivery.failed(version, now(at), Seconds(5.0) if version % 3 == 0 else Seconds(0.0))
        at = delivery.next_due() - now(0)
        assert delivery.next_due() - now(at) <= 5.0
    assert max(RETRIES) <= 5.0


def test_nothing_is_owed_after_a_receipt_that_names_it() -> None:
    delivery = owing("a", "b")
    launch(delivery, 1, at=0)
    landing = delivery.landed(1, {AlertId("a"), AlertId("b")}, now(1))
    assert landing == Settled(((AlertId("a"), 1), (AlertId("b"), 1)), 2, (), "alerts")
    assert delivery.settled
    assert delivery.plan(now(60)) is None


def test_an_alert_that_the_receipt_does_not_name_is_sent_again() -> None:
    delivery = owing("a", "b")
    launch(delivery, 1, at=0)
    landing = delivery.landed(1, {AlertId("a")}, now(1))
    assert landing is not None
    assert dict(landing.alerts) == {"a": 1}
    launch(delivery, 2, at=2)
    assert list(delivery.owed) == ["b"]


def test_what_is_left_after_progress_leaves_at_once_and_without_progress_later() -> None:
    delivery = owing("a", "b", "c")
    launch(delivery, 1, at=0)
    delivery.landed(1, {AlertId("a")}, now(1))
    assert delivery.next_due() == now(1)
    launch(delivery, 2, at=1)
    assert delivery.landed(2, {AlertId("a")}, now(2)) is None
    assert delivery.next_due() > now(2)


def test_a_receipt_that_says_it_is_a_part_leaves_the_rest_owed() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    delivery.landed(1, {AlertId("a")}, now(1), is_part=True)
    assert not delivery.settled
    assert delivery.plan(now(1))


def test_a_press_during_a_flight_is_owed_after_it_has_landed() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    delivery.owe(AlertId("a"), 2, now(0))
    delivery.landed(1, {AlertId("a")}, now(0.1))
    assert delivery.owed == {"a": 2}


def test_a_new_alert_overtakes_a_silent_endpoint_after_half_a_second() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    delivery.owe(AlertId("b"), 1, now(0))
    assert delivery.plan(now(0.4)) is None
    launch(delivery, 2, at=0.5)


def test_no_more_than_three_reports_are_on_their_way_at_once() -> None:
    delivery = DeliveryQueue()
    for number in range(10):
        delivery.owe(AlertId(str(number)), 1, now(0))
        if plan := delivery.plan(now(number)):
            delivery.launched(number, plan, 1, now(number))
    assert len(delivery.overdue(now(100))) == MOST_FLIGHTS


def test_an_attempt_is_overdue_exactly_once_at_its_deadline() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    assert delivery.overdue(now(DEADLINES["alerts"] - 0.01)) == []
    assert delivery.overdue(now(DEADLINES["alerts"])) == [1]
    assert delivery.overdue(now(DEADLINES["alerts"] + 1)) == []
    assert delivery.next_due() <= now(DEADLINES["alerts"] + 5)


def test_a_way_that_stands_in_waits_its_time_and_is_relieved_by_a_receipt_elsewhere() -> None:
    delivery = DeliveryQueue(after=Seconds(2.0))
    delivery.owe(AlertId("a"), 1, now(0))
    delivery.changed(1, now(0))
    assert delivery.plan(now(1.99)) is None
    delivery.relieve(Settled(((AlertId("a"), 1),), 1, ()))
    assert delivery.settled
    assert delivery.plan(now(60)) is None


def test_a_way_that_stands_in_sends_at_its_time_what_no_receipt_covers() -> None:
    delivery = DeliveryQueue(after=Seconds(2.0))
    delivery.owe(AlertId("a"), 1, now(0))
    delivery.owe(AlertId("b"), 2, now(0))
    delivery.relieve(Settled(((AlertId("a"), 1), (AlertId("b"), 1)), 0, ()))
    launch(delivery, 1, at=2)
    assert delivery.owed == {"b": 2}


def test_pictures_leave_alone_right_behind_the_receipt_for_the_alerts() -> None:
    delivery = owing("a")
    delivery.add_picture(PICTURE, now(0))
    assert launch(delivery, 1, at=0) == Attempt("alerts", (), Portion((AlertId("a"),)))
    assert delivery.plan(now(0.1)) is None
    delivery.landed(1, {AlertId("a")}, now(0.1))
    assert launch(delivery, 2, at=0.1) == Attempt("pictures", (PICTURE,))


def test_an_attempt_that_moves_has_its_time_anew_but_not_for_ever() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    for second in range(1, int(WHOLE)):
        delivery.moved(1, now(second))
        assert delivery.overdue(now(second + 0.9)) == []
    assert delivery.overdue(now(WHOLE)) == [1]
    launch(delivery, 2, at=WHOLE + 1)
    delivery.moved(2, now(WHOLE + 2))
    assert delivery.overdue(now(WHOLE + 2 + DEADLINES["alerts"])) == [2]


def test_pictures_never_hold_an_alert_up() -> None:
    delivery = owing("a")
    launch(delivery, 1, at=0)
    delivery.landed(1, None, now(0.1))
    delivery.add_picture(PICTURE, now(0))
    assert launch(delivery, 2, at=0.2).lane == "pictures"
    delivery.owe(AlertId("b"), 1, now(0))
    assert launch(delivery, 3, at=0.3).lane == "alerts"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=600), st.floats(0.0005, 0.2))
def test_a_storm_of_any_shape_costs_a_few_dozen_reports_and_loses_nothing(
    presses: list[float], answer: float
) -> None:
    delivery, version, flying = DeliveryQueue(), 0, list[tuple[float, int]]()
    waiting = sorted((press, str(number)) for number, press in enumerate(presses))
    at = 0.0
    while at < 3.0:
        while waiting and waiting[0][0] <= at:
            delivery.owe(AlertId(waiting.pop(0)[1]), 1, now(at))
        for landed in [each for each in flying if each[0] <= at]:
            flying.remove(landed)
            delivery.landed(landed[1], None, now(at))
        if plan := delivery.plan(now(at)):
            version += 1
            delivery.launched(version, plan, 1, now(at))
            flying.append((at + answer, version))
        at += 0.005
    assert not delivery.owed
    assert version <= BURST + 1.0 / 0.03 + MOST_FLIGHTS
