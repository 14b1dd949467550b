"""How often visitors of an incident may do something; what is more is no person.  Pure."""

from collections import deque
from typing import Final

from wire.ids import IncidentId, Monotonic

# Faster than anybody moves, taps and writes.
MOST_A_MINUTE: Final = 30
# All who hold the live links of one incident, together: a link that got about is a stranger's, too.
MOST_BY_LINKS: Final = 120
_MINUTE: Final = 60.0
_MOST_KNOWN: Final = 1000


class Rate:
    """How often each may do something, `most` times a minute; no more than some are known."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._recent: dict[str, deque[float]] = {}

    def allows(self, who: str, now: Monotonic) -> bool:
        """Count one more, unless there were as many as may be within the last minute."""
        recent = self._recent.pop(who, deque(maxlen=self._most))
        self._recent[who] = recent
        if len(self._recent) > _MOST_KNOWN:
            del self._recent[next(iter(self._recent))]
        if len(recent) == self._most and now - recent[0] < _MINUTE:
            return False
        recent.append(now)
        return True


class LinkRate:
    """How often people with a live link do something: each address, and all of them together."""

    def __init__(self) -> None:
        self._each = Rate(MOST_A_MINUTE)
        self._all = Rate(MOST_BY_LINKS)

    def allows(self, incident: IncidentId, visitor: str, now: Monotonic) -> bool:
        """Count one more, unless that visitor or all of them did enough within the last minute."""
        return self._each.allows(f"{incident} {visitor}", now) and self._all.allows(incident, now)
