"""A receiver that answers faster than people do is heard, and no faster than they would be."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.receivers.http.answer_rate import MOST_AT_ONCE, ONE_IN, AnswerRate
from wire.ids import Monotonic, Seconds


def test_what_lay_there_after_an_outage_is_taken_in_at_once() -> None:
    rate = AnswerRate(Monotonic(5.0))
    assert rate.pause_after(200, Monotonic(6.0)) == Seconds(0.0)
    assert rate.pause_after(200, Monotonic(6.2)) == Seconds(0.0)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_in_any_span_there_are_no_more_than_people_could_give(polls: list[int]) -> None:
    rate, now, taken = AnswerRate(Monotonic(0.0)), 0.0, 0
    for answers in polls:
        taken += answers
        now += rate.pause_after(answers, Monotonic(now))
    assert taken <= MOST_AT_ONCE + now / ONE_IN + 1e-6
