"""The ladder's laws, over all stages: news that comes twice, late or in any order is harmless."""

from functools import reduce
from itertools import permutations, product

import pytest

from wire.ids import Seconds
from wire.stage import ANSWER_MEANING, DEADLINES, MEANING, Answer, Stage, advance, answered, overdue


def test_to_hear_the_same_twice_changes_nothing() -> None:
    assert all(advance(advance(a, b), b) == advance(a, b) for a, b in product(Stage, Stage))


def test_two_views_of_an_alert_merge_alike_from_either_side() -> None:
    assert all(advance(a, b) == advance(b, a) for a, b in product(Stage, Stage))


def test_news_may_be_gathered_before_it_is_heard() -> None:
    for a, b, c in product(Stage, Stage, Stage):
        assert advance(advance(a, b), c) == advance(a, advance(b, c))


def test_an_alert_never_falls() -> None:
    assert all(advance(a, b) >= a for a, b in product(Stage, Stage))


def test_all_orders_of_the_news_end_alike() -> None:
    for order in permutations(Stage):
        assert reduce(advance, order * 2, Stage.PRESSED) is Stage.CLOSED


def test_answers_merge_alike_in_any_order_and_the_receiver_s_counts_for_more() -> None:
    assert all(answered(a, b) == answered(b, a) >= a for a, b in product(Answer, Answer))
    for order in permutations(Answer):
        assert reduce(answered, order * 2, Answer.NONE) is Answer.RECEIVER


@pytest.mark.parametrize(
    ("reached", "after", "late"),
    [
        (Stage.PRESSED, 3.999, None),
        (Stage.PRESSED, 4.0, Stage.RECEIVED),
        (Stage.STORED, 4.0, Stage.RECEIVED),
        (Stage.STORED, 15.0, Stage.DELIVERED),
        (Stage.RECEIVED, 4.0, None),
        (Stage.RECEIVED, 14.999, None),
        (Stage.RECEIVED, 15.0, Stage.DELIVERED),
        (Stage.DELIVERED, 1e9, None),
        (Stage.CLOSED, 1e9, None),
    ],
)
def test_what_is_overdue_is_the_highest_stage_that_should_be_reached(
    reached: Stage, after: float, late: Stage | None
) -> None:
    assert overdue(reached, Seconds(after)) is late


def test_every_stage_has_a_meaning_and_later_stages_have_more_patience() -> None:
    assert set(MEANING) == set(Stage)
    assert set(ANSWER_MEANING) == set(Answer)
    assert list(DEADLINES.values()) == [DEADLINES[stage] for stage in sorted(DEADLINES)]
    assert list(DEADLINES.values()) == sorted(DEADLINES.values())
