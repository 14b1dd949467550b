"""Counters that never fall.  Pure.

The store deletes what is years old, and a count of what is left would fall; Prometheus takes a
counter that falls for one that began anew.
"""

from collections.abc import Hashable


class Rising:
    """Sums of what was added to each count since the first look at it."""

    def __init__(self) -> None:
        self._last: dict[Hashable, float] = {}
        self._sums: dict[Hashable, float] = {}

    def at(self, key: Hashable, count: float) -> float:
        """Return the sum for `key`, which counts `count` now."""
        added = max(count - self._last.get(key, 0.0), 0.0)
        self._last[key] = count
        self._sums[key] = self._sums.get(key, 0.0) + added
        return self._sums[key]
