"""The eye names each sign on the card from nothing but light and dark."""

from random import Random

import pytest

from device.lamp import LAMP, NOT_DELIVERED, Pattern, level, next_change
from simulator.lamp_decoder import CARD, LampDecoder, Step
from wire.ids import Monotonic, Seconds

NAMES = {pattern: name for name, pattern in CARD.items()}
SHOWN = {pattern for row in (*LAMP.values(), NOT_DELIVERED) for pattern in row.values()}


def replay(eye: LampDecoder, pattern: Pattern, lasts: float) -> str | None:
    """Show the eye `pattern` from its start, its steps a little uneven; return what it reads."""
    random, lit, since = Random(1), False, 0.0
    at = Monotonic(0.0)
    while at < lasts:
        if (now := level(pattern, Monotonic(0.0), at)) != lit:
            eye.saw(Step(lit, Seconds(at - since + random.uniform(-0.01, 0.01))))
            lit, since = now, at
        at = next_change(pattern, Monotonic(0.0), at)
    return eye.read(Step(lit, Seconds(lasts - since)))


@pytest.mark.parametrize("pattern", SHOWN, ids=NAMES.get)
def test_every_pattern_of_the_lamps_table_is_read_by_its_name(pattern: Pattern) -> None:
    assert replay(LampDecoder(), pattern, lasts=7.3) == NAMES[pattern]


@pytest.mark.parametrize("pattern", CARD.values(), ids=CARD)
@pytest.mark.parametrize("before", CARD.values(), ids=CARD)
def test_what_was_shown_before_does_not_mislead(before: Pattern, pattern: Pattern) -> None:
    eye = LampDecoder()
    replay(eye, before, lasts=7.3)
    assert replay(eye, pattern, lasts=7.3) == NAMES[pattern]


@pytest.mark.parametrize("pattern", CARD.values(), ids=CARD)
def test_a_glance_is_never_a_wrong_name(pattern: Pattern) -> None:
    glances = {replay(LampDecoder(), pattern, n / 20) for n in range(1, 160)}
    assert glances <= {None, NAMES[pattern]}
