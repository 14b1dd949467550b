"""A contact that chatters: it alarms, it is told, and it costs a bounded number of reports."""

from device.chatter import FEW, ONE_IN, OVER_AFTER, Chatter
from wire.ids import Monotonic


def counted(chatter: Chatter, seconds: float, every: float, start: float = 0.0) -> int:
    """How many presses count of a contact that closes every so often, for so long."""
    times = [start + number * every for number in range(round(seconds / every))]
    return sum(chatter.counts(Monotonic(each)) for each in times)


def test_an_hour_of_chatter_is_as_many_presses_as_a_hand_may_make_and_then_a_few() -> None:
    chatter = Chatter()
    assert counted(chatter, 3600, every=0.2) <= FEW + 3600 / ONE_IN
    assert chatter.lasts(Monotonic(3600))


def test_a_hand_that_presses_once_a_second_is_no_chatter() -> None:
    chatter = Chatter()
    assert counted(chatter, 60, every=1.1) == 55
    assert not chatter.lasts(Monotonic(60))


def test_a_contact_that_was_quiet_for_a_minute_counts_as_before() -> None:
    chatter = Chatter()
    counted(chatter, 60, every=0.1)
    later = 61 + OVER_AFTER
    assert not chatter.lasts(Monotonic(later))
    assert counted(chatter, 2, every=0.5, start=later) == 4
