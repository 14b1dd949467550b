"""Which units are heard, and which are lost.  Pure.

A unit sends a heartbeat every 10 s; a dead part must be visible within 30 s
(docs/decisions/limits.md).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from wire.ids import Monotonic, Seconds, UnitId
from wire.messages import Heartbeat

# Two beats may be lost on the way before a unit counts as lost.
LOST_AFTER: Final = Seconds(25.0)
_EVERY: Final = Seconds(1.0)


class UnitMonitor:
    """When each unit of the register was last heard, and the troubles it told of itself."""

    def __init__(self, units: Iterable[UnitId], now: Monotonic) -> None:
        self._heard: dict[UnitId, Monotonic] = dict.fromkeys(units, now)
        self._own: dict[UnitId, tuple[str, ...]] = {}
        self._said: dict[UnitId, bytes] = {}
        self._next = now

    def expect(self, units: Iterable[UnitId], now: Monotonic) -> None:
        """The register changed: watch over exactly these units."""
        self._heard = {unit: self._heard.get(unit, now) for unit in units}
        self._own = {unit: own for unit, own in self._own.items() if unit in self._heard}
        self._said = {unit: said for unit, said in self._said.items() if unit in self._heard}

    def beat(self, heartbeat: Heartbeat, payload: bytes, now: Monotonic) -> None:
        """A unit of the register gave a sign of life; `payload` is that, as it came."""
        self._heard[heartbeat.unit] = now
        self._own[heartbeat.unit] = heartbeat.troubles
        self._said[heartbeat.unit] = payload

    def lost(self, now: Monotonic) -> list[UnitId] | None:
        """Return the units that are lost, at most once a second; None between two looks."""
        if now < self._next:
            return None
        self._next = Monotonic(now + _EVERY)
        return [unit for unit, heard in self._heard.items() if now - heard > LOST_AFTER]

    def is_lost(self, unit: UnitId, now: Monotonic) -> bool:
        """True if `unit` is lost, also one that nobody watches over."""
        heard = self._heard.get(unit)
        return heard is None or now - heard > LOST_AFTER

    def troubled(self) -> list[UnitId]:
        """Return the units that tell of troubles of their own."""
        return [unit for unit, own in self._own.items() if own]

    def own_troubles(self, unit: UnitId) -> tuple[str, ...]:
        """Return the troubles that `unit` told of itself last."""
        return self._own.get(unit, ())

    def said(self) -> Iterator[tuple[Monotonic, bytes]]:
        """Yield of each unit that was heard when that was last, and its heartbeat as it came."""
        return ((self._heard[unit], payload) for unit, payload in self._said.items())
