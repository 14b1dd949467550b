"""Fields of a message that a stranger may have sent: read as what they must be, or WireError."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from wire.errors import WireError
from wire.ids import Seconds, Wall
from wire.limits import MOST_PRESSES
from wire.moment import read_moment
from wire.stage import ANSWERS_BY_WORD, Answer

# Enough for a unit's open alerts, and for one message of an event; a longer list is hostile.
MOST_NAMED: Final = 32
# Ten years: longer than any unit runs, and no moment computed with it leaves the calendar.
LONGEST_SPAN: Final = 315_360_000

Fields = Mapping[str, Any]


def text(fields: Fields, key: str, pattern: re.Pattern[str]) -> str:
    """Return a text of the form `pattern`."""
    value = fields.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise WireError(f"{key}: missing, or not of the form {pattern.pattern}")
    return value


def texts(fields: Fields, key: str, pattern: re.Pattern[str]) -> list[str]:
    """Return at most MOST_NAMED texts of the form `pattern`."""
    values = fields.get(key)
    if not isinstance(values, list) or len(values) > MOST_NAMED:
        raise WireError(f"{key}: not a list of at most {MOST_NAMED}")
    return [text({key: value}, key, pattern) for value in values]


def objects(fields: Fields, key: str, most: int = MOST_NAMED) -> list[Fields]:
    """Return at most so many objects."""
    values = fields.get(key)
    if not isinstance(values, list) or len(values) > most:
        raise WireError(f"{key}: not a list of at most {most}")
    if not all(isinstance(value, dict) for value in values):
        raise WireError(f"{key}: not a list of objects")
    return values


def count(fields: Fields, key: str, least: int) -> int:
    """Return a whole number from `least`."""
    return whole(fields, key, least, MOST_PRESSES)


def whole(fields: Fields, key: str, least: int, most: int) -> int:
    """Return a whole number between two."""
    value = fields.get(key)
    if type(value) is not int or not least <= value <= most:
        raise WireError(f"{key}: not a count from {least}")
    return value


def seconds(fields: Fields, key: str) -> Seconds:
    """Return a length of time."""
    value = fields.get(key)
    if type(value) is int and 0 <= value <= LONGEST_SPAN:
        return Seconds(float(value))
    if type(value) is not float or not math.isfinite(value) or not 0 <= value <= LONGEST_SPAN:
        raise WireError(f"{key}: not a length of time in seconds")
    return Seconds(value)


def moment(fields: Fields, key: str) -> Wall:
    """Return a moment."""
    value = fields.get(key)
    if not isinstance(value, str):
        raise WireError(f"{key}: not a moment")
    return read_moment(value)


def answer(fields: Fields) -> Answer:
    """Of a message that says nothing of it, nobody has answered."""
    word = fields.get("answer", Answer.NONE.word)
    if not isinstance(word, str) or word not in ANSWERS_BY_WORD:
        raise WireError("answer: not an answer this side knows")
    return ANSWERS_BY_WORD[word]
