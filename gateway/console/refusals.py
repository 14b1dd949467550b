"""Decides which refusals are lines of the timeline: the first few, then the 8th, 16th and so on.

Who tries what they may not do is written down; who tries it without end fills no disk.  Pure.
"""

from typing import Final, NamedTuple

from wire.ids import IncidentId, Monotonic, Seconds

AFRESH: Final = Seconds(600.0)
_FEW: Final = 4
_MOST_KNOWN: Final = 1000


class _Tried(NamedTuple):
    times: int
    at: Monotonic


class Refusals:
    """How often each tried something that they may not do; forgotten after ten quiet minutes."""

    def __init__(self) -> None:
        self._tried: dict[tuple[IncidentId, str, str], _Tried] = {}

    def words(self, incident: IncidentId, who: str, what: str, now: Monotonic) -> str | None:
        """Count one more; return what is to be written down of it, None if it is only counted."""
        key = (incident, who, what)
        before = self._tried.pop(key, None)
        count = before.times + 1 if before and now - before.at < AFRESH else 1
        self._tried[key] = _Tried(count, now)
        if len(self._tried) > _MOST_KNOWN:
            del self._tried[next(iter(self._tried))]
        if count <= _FEW:
            return f"wanted to {what}"
        return None if count & (count - 1) else f"wanted to {what}, {count} times by now"
