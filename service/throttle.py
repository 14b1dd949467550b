"""How long one who guesses passwords or codes must wait.  Pure.

Ten failures are free for a name, and for an address; each further one doubles the wait.  Guesses
during a wait are not checked and do not count, so that nobody can lock a name out for ever from
afar: a wait never exceeds five minutes.

Who waits for anything between asking and knowing counts the guess first (`attempt`), and takes it
back if it was right: however many come at once, no more than are free are looked at.
"""

from dataclasses import dataclass
from typing import Final

from wire.ids import Monotonic, Seconds

FREE: Final = 10
FIRST: Final = Seconds(2.0)
LONGEST: Final = Seconds(300.0)
# A name or address that fails no more is forgotten after that.
_FORGET: Final = Seconds(3600.0)
_MOST: Final = 10_000


@dataclass(slots=True)
class _Failures:
    count: int
    until: Monotonic
    last: Monotonic


class Throttle:
    """The recent failures, by the key that they are counted under."""

    def __init__(self) -> None:
        self._failures: dict[str, _Failures] = {}

    def wait(self, keys: tuple[str, ...], now: Monotonic) -> Seconds:
        """Return how long a guess under `keys` must still wait; 0 if it may be looked at."""
        untils = [self._failures[key].until - now for key in keys if key in self._failures]
        return Seconds(max([0.0, *untils]))

    def failed(self, keys: tuple[str, ...], now: Monotonic) -> None:
        """A guess was wrong."""
        self._forget(now)
        for key in keys:
            known = self._failures.setdefault(key, _Failures(0, now, now))
            known.count += 1
            known.last = now
            over = known.count - FREE
            if over >= 0:
                known.until = Monotonic(now + min(FIRST * 2 ** min(over, 20), LONGEST))

    def attempt(self, keys: tuple[str, ...], now: Monotonic) -> Seconds:
        """Count a guess as wrong before it is looked at; returns how long it must wait instead.

        0: it may be looked at.
        """
        wait = self.wait(keys, now)
        if not wait:
            self.failed(keys, now)
        return wait

    def take_back(self, keys: tuple[str, ...], now: Monotonic) -> None:
        """A guess that was counted was right, or was not looked at; others stay counted."""
        for key in keys:
            if known := self._failures.get(key):
                known.count = max(0, known.count - 1)
                known.until = now

    def succeeded(self, key: str) -> None:
        """The name's own password was right; its address stays as it is."""
        self._failures.pop(key, None)

    def _forget(self, now: Monotonic) -> None:
        if len(self._failures) < _MOST:
            return
        old = [key for key, each in self._failures.items() if now - each.last > _FORGET]
        for key in old or list(self._failures)[: _MOST // 10]:
            del self._failures[key]
