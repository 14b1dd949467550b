"""Reads each press of an alert by itself, as a report tells it.  Pure."""

from collections.abc import Iterator
from typing import Any

from police.sanitize import moment
from wire.ids import Wall
from wire.moment import read_moment
from wire.presses import MOST_DATED, DatedPress, merged


def read_presses(found: Any, count: int) -> tuple[DatedPress, ...]:
    """Read the newest presses of an alert that has `count`; leave out what is none of its."""
    newest = found[-MOST_DATED:] if isinstance(found, list) else []
    return merged(each for fields in newest for each in _read(fields, count))


def _read(found: Any, count: int) -> Iterator[DatedPress]:
    if not isinstance(found, dict):
        return
    press, received_at = found.get("press"), _moment(found.get("received_at"))
    if type(press) is int and 1 <= press <= count and received_at is not None:
        yield DatedPress(press, _moment(found.get("pressed_at")), received_at)


def _moment(found: Any) -> Wall | None:
    written = moment(found)
    return None if written is None else read_moment(written)
