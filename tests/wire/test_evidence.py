"""What the presses of an alert look like, and how what is told of them is merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.samples import evidence
from wire.evidence import PATTERNS, PressEvidence, merged, pattern_of
from wire.ids import Seconds

maybe = st.none() | evidence


@given(maybe, maybe, maybe)
def test_in_whatever_order_evidence_comes_it_tells_the_same(
    one: PressEvidence | None, two: PressEvidence | None, three: PressEvidence | None
) -> None:
    assert merged(one, merged(two, three)) == merged(merged(three, one), two)
    assert merged(one, one) == one


@given(maybe, st.integers(1, 50))
def test_evidence_that_comes_later_never_takes_back_that_a_button_was_held(
    told: PressEvidence | None, presses: int
) -> None:
    held = merged(told, PressEvidence(Seconds(3.0), 0, Seconds(5.0)))
    assert pattern_of(held, presses) == "held"
    assert pattern_of(told, presses) in (None, *PATTERNS)


@pytest.mark.parametrize(
    ("held", "presses", "word"),
    [
        (0.03, 1, "brief"),
        (0.059, 1, "brief"),
        (0.06, 1, "firm"),
        (2.9, 1, "firm"),
        (0.03, 2, "repeated"),
        (3.0, 1, "held"),
        (4.0, 3, "held"),
        (None, 1, None),
        (None, 2, "repeated"),
    ],
)
def test_one_word_says_what_presses_look_like(
    held: float | None, presses: int, word: str | None
) -> None:
    told = None if held is None else PressEvidence(Seconds(held), 0, Seconds(100.0))
    assert pattern_of(told, presses) == word
