"""How fast a receiver's answers are taken in: as fast as people give them.  Pure.

Each answer is a row for as long as its incident is kept, and a report to every endpoint.  Nothing
is refused: what comes too fast waits at its receiver.
"""

from typing import Final

from wire.ids import Monotonic, Seconds

# So many may come at once, as after an outage; then one in a second.
MOST_AT_ONCE: Final = 400
ONE_IN: Final = Seconds(1.0)


class AnswerRate:
    """The answers of one receiver."""

    def __init__(self, now: Monotonic) -> None:
        self._credit = float(MOST_AT_ONCE)
        self._at = now

    def pause_after(self, answers: int, now: Monotonic) -> Seconds:
        """So many new answers came `now`: return for how long to take in no more."""
        earned = (now - self._at) / ONE_IN
        self._credit = min(self._credit + earned, MOST_AT_ONCE) - answers
        self._at = now
        return Seconds(max(-self._credit, 0.0) * ONE_IN)
