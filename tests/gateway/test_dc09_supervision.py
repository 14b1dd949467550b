"""What a receiver is sent between reports, and how its line stands: nothing starves, none flaps."""

import pytest

from gateway.core.events import HealthStatus
from gateway.core.formats.dc09.events import AlarmEvent
from gateway.core.values import ChannelId
from gateway.receivers.dc09.background_lane import LINK_TEST, BackgroundLane, Supervision
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.dc09.line_status import FLAPS_WITHIN, QUIET
from gateway.receivers.dc09.line_supervisor import LineSupervisor
from wire.ids import Monotonic, Seconds
from wire.receiver_troubles import RECEIVER_LINE

TEST = AlarmEvent("periodic", "", "", "")
EVENT = AlarmEvent("a", "", "", "")
SILENCE = Dc09Error("the receiver does not acknowledge")
NAK = Dc09Error("the receiver refuses this account or message (NAK)", answered=True)
TAKEN: set[str] = set()


def lane_of(supervision: Supervision = "null") -> BackgroundLane:
    every = Seconds(60), Seconds(0), Seconds(3600)
    return BackgroundLane(supervision, *every, lambda: TEST, Monotonic(0))


def begun(supervision: Supervision = "null") -> BackgroundLane:
    """The first link test and the first periodic test are over."""
    lane = lane_of(supervision)
    lane.acknowledged(Monotonic(0))
    assert lane.next(Monotonic(60 if supervision == "event" else 0)) == TEST
    lane.sent(TEST)
    return lane


def test_the_line_is_tested_at_the_start() -> None:
    assert lane_of().next(Monotonic(0)) == LINK_TEST
    assert lane_of("event").next(Monotonic(0)) == TEST
    assert lane_of("none").next(Monotonic(0)) == TEST


def test_a_link_test_is_due_when_nothing_was_acknowledged_for_the_interval() -> None:
    lane = begun()
    assert lane.next_due() == Monotonic(60)
    lane.acknowledged(Monotonic(50))
    assert lane.next(Monotonic(109)) is None
    assert lane.next(Monotonic(110)) == LINK_TEST


def test_by_events_the_line_is_tested_by_an_event_after_the_interval() -> None:
    lane = begun("event")
    lane.acknowledged(Monotonic(100))
    assert lane.next(Monotonic(159)) is None
    assert lane.next(Monotonic(160)) == TEST


def test_without_supervision_only_the_periodic_test_is_sent() -> None:
    assert begun("none").next_due() == Monotonic(3600)


def test_events_do_not_wait_for_a_link_test_that_nobody_answers() -> None:
    lane = begun()
    lane.add(EVENT, Monotonic(60))
    assert lane.next(Monotonic(60)) == LINK_TEST
    lane.link_test_failed(Monotonic(64))
    assert lane.next(Monotonic(64)) == EVENT
    assert lane.next(Monotonic(69)) == LINK_TEST


def test_an_event_that_is_not_taken_lets_others_go_first_but_not_its_own_end() -> None:
    lane = begun()
    over, other = AlarmEvent("a/over", "", "", ""), AlarmEvent("b", "", "", "")
    for event in (EVENT, over, other):
        lane.add(event, Monotonic(1))
    lane.event_failed(EVENT, Monotonic(1))
    assert lane.next(Monotonic(5)) is None
    for event in (other, EVENT, over):
        assert lane.next(Monotonic(6)) == event
        lane.sent(event)


def supervisor() -> LineSupervisor:
    found = LineSupervisor(ChannelId("arc"), lane_of(), TAKEN.__contains__)
    found.test_answered(Monotonic(0))
    assert found.condition(Monotonic(0)) == HealthStatus(RECEIVER_LINE.name("arc"), None)
    return found


def fault(line: LineSupervisor, now: float) -> str | None:
    told = line.condition(Monotonic(now))
    assert told is not None, "nothing has changed"
    return told.detail


def test_a_line_on_which_a_link_test_has_no_answer_is_a_trouble_until_it_has() -> None:
    line = supervisor()
    line.background_failed(None, SILENCE, Monotonic(1))
    assert fault(line, 1) == "the link test failed: the receiver does not acknowledge"
    line.test_answered(Monotonic(2))
    assert fault(line, 2) is None


def test_a_receiver_that_takes_events_and_ignores_link_tests_is_one_trouble_not_many() -> None:
    line = supervisor()
    line.background_failed(None, SILENCE, Monotonic(1))
    line.event_acknowledged(EVENT, Monotonic(2))
    assert "does not answer link tests (NULL)" in str(fault(line, 2))
    for now in range(3, 100):
        line.background_failed(None, SILENCE, Monotonic(now))
        line.event_acknowledged(EVENT, Monotonic(now))
        assert line.condition(Monotonic(now)) is None


def test_a_test_event_that_is_refused_is_a_trouble_until_an_event_is_taken() -> None:
    line = supervisor()
    line.background_failed(TEST, NAK, Monotonic(1))
    assert "the receiver refuses test events" in str(fault(line, 1))
    line.test_answered(Monotonic(2))
    assert line.condition(Monotonic(2)) is None
    line.event_acknowledged(TEST, Monotonic(3))
    assert fault(line, 3) is None


def test_what_flaps_is_told_once_and_is_over_when_all_was_well_for_long() -> None:
    line, told = supervisor(), []
    for now in range(1, 401):
        if now % 2:
            line.background_failed(None, SILENCE, Monotonic(now))
        else:
            line.test_answered(Monotonic(now))
        told += [line.condition(Monotonic(now))]
    assert [each.detail is None for each in told if each] == [False, True, False]
    assert line.condition(Monotonic(399 + QUIET - 1)) is None
    assert fault(line, 399 + QUIET) is None
    assert QUIET < FLAPS_WITHIN


@pytest.mark.parametrize("error", [SILENCE, NAK])
def test_an_event_that_the_other_receiver_has_taken_is_not_sent(error: Dc09Error) -> None:
    line = supervisor()
    line.event_acknowledged(TEST, Monotonic(0))
    line.add(EVENT, Monotonic(0))
    line.background_failed(EVENT, error, Monotonic(0))
    TAKEN.add(EVENT.name)
    assert line.next(Monotonic(9)) != EVENT
    TAKEN.clear()
