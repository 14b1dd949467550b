"""Each pattern of the lamp, from its table, as a picture of what it does in four seconds."""

from collections.abc import Iterator
from itertools import cycle
from typing import Final

from device import lamp
from device.lamp import Pattern

NAMES: Final = (
    "FAST_BLINK",
    "SLOW_BLINK",
    "SOLID",
    "LONG_GAP",
    "DOUBLE_PULSE",
    "TRIPLE_FLASH",
    "TRIPLE_FLASH_AND_LONG",
    "LONE_FLASH",
    "DARK",
)
SECONDS: Final = 4.0
WIDTH: Final = 400
_HEIGHT: Final = 36


def drawn(name: str) -> str:
    """Return the picture of the pattern that device/lamp.py calls `name`, as SVG."""
    lit = "".join(_bar(*times) for times in _lit(getattr(lamp, name)))
    words = name.lower().replace("_", " ")
    return (
        f'<svg viewBox="0 0 {WIDTH} {_HEIGHT}" role="img" aria-label="{words}, over four seconds">'
        f'<rect width="{WIDTH}" height="{_HEIGHT}" class="dark"/>{lit}</svg>'
    )


def _lit(pattern: Pattern) -> Iterator[tuple[float, float]]:
    """Yield when the lamp goes on and off, in seconds, within what is shown."""
    at = 0.0
    for on, seconds in cycle(pattern.steps) if pattern.repeats else pattern.steps:
        if on:
            yield at, min(at + seconds, SECONDS)
        at += seconds
        if at >= SECONDS:
            return


def _bar(begin: float, end: float) -> str:
    x, width = (round(each / SECONDS * WIDTH, 1) for each in (begin, end - begin))
    return f'<rect x="{x:g}" y="4" width="{width:g}" height="{_HEIGHT - 8}" class="lit"/>'
