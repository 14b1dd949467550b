"""Moments as the wire writes them: RFC 3339, UTC, milliseconds: `2026-11-23T15:22:57.123Z`."""

import re
from datetime import UTC, datetime
from typing import Final

from wire.errors import WireError
from wire.ids import Wall

_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
# datetime's own range; a clock beyond it is broken, and is written as the nearest end.
_FIRST: Final = 0.0
_LAST: Final = 253402300799.0


def write_moment(at: Wall) -> str:
    """Write `at` with milliseconds; a moment outside 1970 to 9999 becomes the nearest end."""
    bounded = min(max(at, _FIRST), _LAST)
    return datetime.fromtimestamp(bounded, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def read_moment(text: str) -> Wall:
    """Read what `write_moment` wrote; raises WireError on anything else."""
    if not _WRITTEN.fullmatch(text):
        raise WireError("not a moment such as 2026-11-23T15:22:57.123Z")
    try:
        return Wall(datetime.fromisoformat(text).timestamp())
    except ValueError as error:
        raise WireError("not a date of the calendar") from error
