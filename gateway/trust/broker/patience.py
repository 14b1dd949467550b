"""How long a broker may prove nothing, and when one that ended is started again.  Pure.

Only time in which it was really asked counts: a supervisor that was itself held up knows nothing
of the broker meanwhile.
"""

from typing import Final

from wire.ids import Monotonic, Seconds

# One that has passed messages before, and one that is still starting, from a slow disk perhaps.
_SILENT: Final = Seconds(10.0)
_STARTING: Final = Seconds(60.0)
# It is asked once a second; what lies further apart was our own delay.
_LONGEST_TURN: Final = Seconds(2.0)
# After so long it is started again, the last for ever; a broker that passed messages begins anew.
_PAUSES: Final = tuple(map(Seconds, (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)))


class Patience:
    """What is known of the broker; each method is told `now`."""

    def __init__(self) -> None:
        self._asked_at = Monotonic(0.0)
        self._silence = Seconds(0.0)
        self._starts_at = Monotonic(0.0)
        self._ends = 0
        self.has_proved = False

    @property
    def is_over(self) -> bool:
        """True if it has proved nothing for too long, and must be replaced."""
        return self._silence > (_SILENT if self.has_proved else _STARTING)

    def started(self, now: Monotonic) -> None:
        """It was started."""
        self._asked_at, self._silence, self.has_proved = now, Seconds(0.0), False

    def asked(self, now: Monotonic, proved: bool) -> None:
        """It was asked, and `proved` that messages pass, or did not."""
        passed = min(now - self._asked_at, _LONGEST_TURN)
        self._asked_at = now
        self._silence = Seconds(0.0 if proved else self._silence + passed)
        if proved:
            self.has_proved, self._ends = True, 0

    def ended(self, now: Monotonic) -> Seconds:
        """It has ended; returns after how long it is started again."""
        pause = _PAUSES[min(self._ends, len(_PAUSES) - 1)]
        self._starts_at, self._silence = Monotonic(now + pause), Seconds(0.0)
        self._ends += 1
        return pause

    def hasten(self) -> None:
        """Something was mended: the next start need not wait."""
        self._starts_at, self._ends = Monotonic(0.0), 0

    def may_start(self, now: Monotonic) -> bool:
        """True if it is time to start it."""
        return now >= self._starts_at
