"""Whether a press is an emergency: a vocabulary and a law for all sides.

The gateway says so when a press is born, by its own state.  No field of a unit's message does, so
nothing that is forged makes an alarm a test.  Whatever is missing, odd, or told otherwise by the
other gateway is live: live wins over anything, and nothing makes it less again.
"""

from collections.abc import Mapping
from typing import Final, Literal

Mode = Literal["live", "drill", "test"]

LIVE: Final[Mode] = "live"
DRILL: Final[Mode] = "drill"
TEST: Final[Mode] = "test"

MEANING: Final[Mapping[Mode, str]] = {
    "live": "a real emergency",
    "drill": "a drill",
    "test": "a test",
}
"""Each with its words, the weightiest first."""

_WEIGHTS: Final[Mapping[Mode, int]] = {LIVE: 2, DRILL: 1, TEST: 0}


def read_mode(word: object) -> Mode:
    """Return the mode that somebody wrote; live for what is none."""
    return next((mode for mode in MEANING if mode == word), LIVE)


def weightier(one: Mode, other: Mode) -> Mode:
    """Return what counts where two tell of one incident: in any order, the same."""
    return max(one, other, key=_WEIGHTS.__getitem__)


def label(mode: Mode) -> str:
    """Return what stands before the words on an incident that is no emergency; empty for one."""
    return "" if mode == LIVE else f"{mode.upper()}, no emergency: "
