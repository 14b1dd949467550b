"""What a receiver's refusals say of the time: our clock may be years off, or the receiver may lie.

Signatures are valid for minutes, so a report is signed by the clock of the one that verifies it.
That time is tried, never trusted: it is dropped when it does not help.  Pure.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from wire.ids import Seconds, Wall

_REFUSED: Final = range(400, 500)
_ACCEPTED: Final = range(200, 300)
_DAY: Final = 86400.0
# Two answers come from one clock if they agree to so many seconds.
_AGREE: Final = 60.0
# A time that did not help so often is not tried again before that many refusals more.
_TRIES: Final = 2
_REST: Final = 4
# RFC 9110, 5.6.7: the form that is sent, and the one of C's asctime(), which means GMT, too.
_DAY_NAME, _MONTH_NAME = r"[A-Z][a-z]{2}", r"(?P<month>[A-Z][a-z]{2})"
_TIME, _YEAR = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)", r"(?P<year>\d{4})"
_FORMS: Final = (
    re.compile(rf"{_DAY_NAME}, (?P<day>\d\d) {_MONTH_NAME} {_YEAR} {_TIME} GMT", re.ASCII),
    re.compile(rf"{_DAY_NAME} {_MONTH_NAME} (?P<day>[ \d]\d) {_TIME} {_YEAR}", re.ASCII),
)
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
# No receiver's clock is right before this program was written, or a hundred years later.
_YEARS: Final = range(2020, 2100)


def read_date(text: str) -> Wall | None:
    """Read a Date field; None for what is none, or of a year that cannot be."""
    found = next(filter(None, (form.fullmatch(text.strip()) for form in _FORMS)), None)
    if found is None or found["month"] not in _MONTHS.split() or int(found["year"]) not in _YEARS:
        return None
    month = _MONTHS.split().index(found["month"]) + 1
    day, hour, minute, second = (int(found[each]) for each in ("day", "hour", "minute", "second"))
    try:
        at = datetime(int(found["year"]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return Wall(at.timestamp())


class PeerClock:
    """The clock of one receiver, as far as its refusals tell it."""

    def __init__(self) -> None:
        self._ahead = Seconds(0.0)
        self._said: float | None = None
        self._refusals = 0

    def now(self, wall: Wall) -> Wall:
        """Return what that clock shows when ours shows `wall`."""
        return Wall(wall + self._ahead)

    def heard(self, status: int, headers: Mapping[str, str], wall: Wall) -> None:
        """It answered a signed request at `wall`."""
        if status in _ACCEPTED:
            self._refusals = 0
        elif status in _REFUSED:
            said = read_date(headers.get("date", ""))
            self._ahead = self._believed(None if said is None else said - wall)

    def _believed(self, ahead: float | None) -> Seconds:
        before, self._said = self._said, ahead
        if ahead is None:
            self._refusals = 0
            return Seconds(0.0)
        if abs(ahead) > _DAY and (before is None or abs(before - ahead) > _AGREE):
            return Seconds(0.0)  # said once only
        self._refusals = (self._refusals + 1) % (_TRIES + _REST)
        return Seconds(ahead if 1 <= self._refusals <= _TRIES else 0.0)
