"""How long a broker may prove nothing, and when it is started again."""

from gateway.trust.broker.patience import Patience
from wire.ids import Monotonic, Seconds


def asked(patience: Patience, seconds: int, proved: bool = False, since: float = 0.0) -> float:
    """Ask once a second for so long; returns the time then."""
    for second in range(1, seconds + 1):
        patience.asked(Monotonic(since + second), proved)
    return since + seconds


def started(proved: bool) -> Patience:
    patience = Patience()
    patience.started(Monotonic(0.0))
    patience.asked(Monotonic(0.0), proved)
    return patience


def test_a_broker_that_passed_messages_may_be_silent_for_ten_seconds() -> None:
    patience = started(proved=True)
    now = asked(patience, 10)
    assert not patience.is_over
    asked(patience, 1, since=now)
    assert patience.is_over


def test_one_word_in_ten_seconds_is_enough() -> None:
    patience = started(proved=True)
    now = asked(patience, 10)
    now = asked(patience, 1, proved=True, since=now)
    asked(patience, 10, since=now)
    assert not patience.is_over


def test_a_first_start_may_take_a_minute() -> None:
    patience = started(proved=False)
    now = asked(patience, 60)
    assert not patience.is_over
    asked(patience, 1, since=now)
    assert patience.is_over


def test_time_in_which_the_supervisor_itself_was_held_up_proves_nothing() -> None:
    patience = started(proved=True)
    patience.asked(Monotonic(1000.0), False)
    assert not patience.is_over


def test_restarts_back_off_and_never_end() -> None:
    patience = started(proved=True)
    pauses = [patience.ended(Monotonic(0.0)) for _ in range(9)]
    assert pauses == [Seconds(each) for each in (0, 1, 2, 4, 8, 15, 30, 30, 30)]
    assert not patience.may_start(Monotonic(29.9))
    assert patience.may_start(Monotonic(30.0))


def test_a_broker_that_passed_messages_is_started_again_at_once() -> None:
    patience = started(proved=False)
    for _ in range(5):
        patience.ended(Monotonic(0.0))
    patience.asked(Monotonic(1.0), True)
    assert patience.ended(Monotonic(2.0)) == Seconds(0.0)


def test_a_file_that_was_mended_ends_the_pause() -> None:
    patience = started(proved=False)
    for _ in range(5):
        patience.ended(Monotonic(0.0))
    patience.hasten()
    assert patience.may_start(Monotonic(0.0))
