"""The ladder's laws, over all stages: news that comes twice, late or in any order is harmless."""

from functools import reduce
from itertools import permutations, product

import pytest

from wire.ids import Seconds
from wire.stage import MEANING, PATIENCE, Stage, climb, overdue


def test_to_hear_the_same_twice_changes_nothing() -> None:
    assert all(climb(climb(a, b), b) == climb(a, b) for a, b in product(Stage, Stage))


def test_two_views_of_an_alert_merge_alike_from_either_side() -> None:
    assert all(climb(a, b) == climb(b, a) for a, b in product(Stage, Stage))


def test_news_may_be_gathered_before_it_is_heard() -> None:
    for a, b, c in product(Stage, Stage, Stage):
        assert climb(climb(a, b), c) == climb(a, climb(b, c))


def test_an_alert_never_falls() -> None:
    assert all(climb(a, b) >= a for a, b in product(Stage, Stage))


def test_all_orders_of_the_news_end_alike() -> None:
    for order in permutations(Stage):
        assert reduce(climb, order * 2, Stage.PRESSED) is Stage.CLOSED


@pytest.mark.parametrize(
    ("reached", "after", "late"),
    [
        (Stage.PRESSED, 3.999, None),
        (Stage.PRESSED, 4.0, Stage.RECEIVED),
        (Stage.HELD, 4.0, Stage.RECEIVED),
        (Stage.HELD, 15.0, Stage.SENT),
        (Stage.RECEIVED, 4.0, None),
        (Stage.RECEIVED, 14.999, None),
        (Stage.RECEIVED, 15.0, Stage.SENT),
        (Stage.SENT, 1e9, None),
        (Stage.CONFIRMED, 1e9, None),
        (Stage.CLOSED, 1e9, None),
    ],
)
def test_what_is_overdue_is_the_highest_stage_that_should_be_reached(
    reached: Stage, after: float, late: Stage | None
) -> None:
    assert overdue(reached, Seconds(after)) is late


def test_every_stage_has_a_meaning_and_later_stages_have_more_patience() -> None:
    assert set(MEANING) == set(Stage)
    assert list(PATIENCE.values()) == [PATIENCE[stage] for stage in sorted(PATIENCE)]
    assert list(PATIENCE.values()) == sorted(PATIENCE.values())
