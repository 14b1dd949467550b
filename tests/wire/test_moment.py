"""Moments: what was written is read, to the millisecond; nothing else is a moment."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.samples import attempt, moments
from wire.errors import WireError
from wire.ids import Wall
from wire.moment import read_moment, write_moment


@given(moments)
def test_a_moment_is_read_as_written_to_the_millisecond(at: Wall) -> None:
    assert read_moment(write_moment(at)) == at


@given(st.floats(allow_nan=False))
def test_any_clock_can_be_written_however_wrong_it_goes(at: float) -> None:
    written = write_moment(Wall(at))
    assert len(written) == len("2026-11-23T15:22:57.123Z")
    assert abs(read_moment(written) - min(max(at, 0.0), 253402300799.0)) <= 0.001


def test_a_moment_looks_as_promised() -> None:
    assert write_moment(Wall(1795447377.123)) == "2026-11-23T15:22:57.123Z"
    assert write_moment(Wall(-math.inf)) == "1970-01-01T00:00:00.000Z"


@given(st.text())
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    assert math.isfinite(attempt(lambda: read_moment(text)) or 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T15:22:57",
        "2026-11-23T15:22:57+00:00",
        "2026-11-23 15:22:57Z",
        "2026-11-23T15:22:57.Z",
        "2026-11-23T15:22:57Z\n",
        "2026-02-30T00:00:00Z",
        "2026-11-23T15:22:60Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-11-23T15:22:57Z",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        read_moment(text)
