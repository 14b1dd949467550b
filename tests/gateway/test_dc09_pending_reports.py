"""Reports to an alarm centre: each event once at a time, progress told soon, an end for each."""

from gateway.core.events import Acknowledged, SendFailed
from gateway.core.formats.dc09.events import AlarmEvent
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.dc09.pending_reports import PROGRESS_EVERY, REFUSED_FOR, PendingReports
from wire.ids import AlertId, IncidentId, Monotonic

A, B, C = (AlarmEvent(f"{name}/1", name, "", "") for name in "abc")
OVER = AlarmEvent("a/1/over", "", "", "")
UNTIL = Monotonic(4.0)
ALERT = AlertId("a")


def report(version: int) -> ReportId:
    return ReportId(ChannelId("arc"), IncidentId("i"), version)


def reports(*events: AlarmEvent, taken: frozenset[str] = frozenset()) -> PendingReports:
    found = PendingReports(taken.__contains__)
    found.accept(report(1), events, UNTIL, Monotonic(0))
    return found


def sent(found: PendingReports, now: float = 0.0) -> AlarmEvent | None:
    due = found.next_event(Monotonic(now))
    return due and due[0]


def test_events_leave_in_their_order_and_each_is_under_way_once() -> None:
    found = reports(A, B)
    found.accept(report(2), [A, B, C], UNTIL, Monotonic(0))
    assert [sent(found) for _ in range(4)] == [A, B, C, None]


def test_a_report_ends_when_all_of_it_is_taken_and_every_other_has_its_share() -> None:
    found = reports(A)
    found.accept(report(2), [A, B], UNTIL, Monotonic(0))
    found.acknowledged(A)
    assert found.outcomes(Monotonic(0)) == [Acknowledged(report(1), "ACK", frozenset({ALERT}))]
    assert sent(found) == B


def test_what_was_taken_of_a_long_report_is_told_soon() -> None:
    found = reports(A, B)
    found.acknowledged(A)
    assert found.outcomes(Monotonic(PROGRESS_EVERY - 0.1)) == []
    (outcome,) = found.outcomes(Monotonic(PROGRESS_EVERY))
    assert isinstance(outcome, Acknowledged)
    assert (outcome.alerts, bool(outcome.lacking)) == (frozenset({ALERT}), True)


def test_nothing_taken_in_time_is_no_answer() -> None:
    assert isinstance(reports(A).outcomes(UNTIL)[0], SendFailed)


def test_what_was_told_before_is_no_progress() -> None:
    found = reports(A, B)
    found.acknowledged(A)
    found.outcomes(Monotonic(1))
    found.accept(report(2), [A, B], UNTIL, Monotonic(1))
    found.acknowledged(A)
    assert found.outcomes(Monotonic(2)) == []


def test_an_end_that_is_not_taken_yet_does_not_take_back_that_the_alert_was() -> None:
    found = reports(A, OVER)
    found.acknowledged(A)
    (outcome,) = found.give_up("hung up", Monotonic(1))
    assert outcome == Acknowledged(report(1), "ACK", frozenset({ALERT}), "hung up")
    found.accept(report(2), [A, OVER], UNTIL, Monotonic(1))
    found.acknowledged(A)
    assert found.give_up("hung up", Monotonic(2)) == [SendFailed(report(2), "hung up")]


def test_an_event_that_cannot_be_processed_is_left_alone_and_named() -> None:
    found = reports(A, B)
    assert sent(found) == A
    found.refused(A, Monotonic(0))
    assert (sent(found), sent(found)) == (B, None)
    found.acknowledged(B)
    (outcome,) = found.outcomes(Monotonic(0))
    assert isinstance(outcome, Acknowledged)
    assert outcome.lacking == "the receiver cannot process this event (DUH)"
    found.accept(report(2), [A], Monotonic(99), Monotonic(REFUSED_FOR))
    assert sent(found, REFUSED_FOR) == A


def test_what_the_other_receiver_of_the_centre_took_is_not_told_again() -> None:
    found = reports(A, B, taken=frozenset({"a/1"}))
    assert sent(found) == B
