"""Text from a peer, made fit for a log: one line, printable, bounded; honest text as it was."""

from hypothesis import example, given
from hypothesis import strategies as st

from wire.clean import LONGEST, clean

# The longest escape of one character is \U0010ffff.
_ESCAPE = 10


@given(st.text())
@example("\x1b[2J\x1b]0;owned\x07")
@example("204\r\nINFO alert closed")
@example("\u202e402 moor\u2066")
@example("\ud800")
@example("\x85\u2028\u2029")
def test_what_is_shown_is_printable_and_one_line(text: str) -> None:
    shown = clean(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1


@given(st.integers(1, 100_000), st.integers(1, 500), st.sampled_from("a\n\U000e0001"))
def test_what_is_shown_is_bounded_however_long_the_text(
    length: int, longest: int, character: str
) -> None:
    assert len(clean(character * length, longest)) <= _ESCAPE * longest + len(
        "… (100000 characters)"
    )


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), max_size=LONGEST))
def test_honest_text_is_shown_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_what_was_cut_is_told() -> None:
    assert clean("x" * 300, 5) == "xxxxx… (300 characters)"
    assert clean("a\nb") == r"a\nb"
