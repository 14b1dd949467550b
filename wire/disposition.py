"""What an incident turned out to be, as the named person says who closes it.

It is said for those who read of it later.  No machine acts on it: what is over is over by being
closed, whatever it was.
"""

from collections.abc import Mapping
from typing import Final

DISPOSITIONS: Final[Mapping[str, str]] = {
    "drill": "a drill",
    "test": "a test",
    "false": "a false alarm",
    "unknown": "not known what it was",
    "real": "a real emergency",
}
"""Each with its words, the weightiest last."""

FALSE_ALARM: Final = "false"
UNKNOWN: Final = "unknown"
UNSAID: Final = ""
_WEIGHTS: Final = {word: weight for weight, word in enumerate((UNSAID, *DISPOSITIONS))}


def read_disposition(word: object) -> str:
    """Return a disposition that somebody sent; UNSAID for what is none of ours."""
    return word if isinstance(word, str) and word in DISPOSITIONS else UNSAID


def weightier(one: str, other: str) -> str:
    """Return what counts where two persons close one incident: in any order, the same."""
    return max(one, other, key=lambda word: _WEIGHTS.get(word, 0))
