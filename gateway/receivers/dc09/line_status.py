"""The state of the line to a receiver, as one trouble that does not flap.  Pure.

Rule 1: any answer to a link test is a sign of life.  A receiver that takes events and ignores link
        tests keeps its trouble, which then says so, until it answers one.
Rule 2: a test event that the receiver refuses is a trouble until it takes an event.
Rule 3: a trouble that comes back soon after its end is over only when all was well for QUIET.
"""

from typing import Final

from wire.ids import Monotonic, Seconds

FLAPS_WITHIN: Final = Seconds(900.0)
QUIET: Final = Seconds(600.0)
_LONG_AGO: Final = Monotonic(float("-inf"))
_IGNORES: Final = (
    "the receiver takes events, but does not answer link tests (NULL): agree on another `supervise`"
)


class LineStatus:
    """What is known of one line; `fault` is what a person should know."""

    def __init__(self) -> None:
        self._silence: str | None = None
        self._ignores_tests = False
        self._refusal: str | None = None
        self._shown: str | None = None
        self._failed_at = self._over_at = _LONG_AGO
        self._hold = Seconds(0.0)

    def fault(self, now: Monotonic) -> str | None:
        """Return what is wrong, in words; None if nothing is."""
        found = self._refusal or self._silence
        if found:
            if not self._shown and now - self._over_at < FLAPS_WITHIN:
                self._hold = QUIET
            self._shown, self._failed_at = found, now
        elif self._shown and now - self._failed_at >= self._hold:
            self._shown, self._over_at, self._hold = None, now, Seconds(0.0)
        return self._shown

    def event_acknowledged(self) -> None:
        """The receiver took an event."""
        self._refusal = None
        self._silence = _IGNORES if self._ignores_tests else None

    def test_answered(self) -> None:
        """The receiver answered a link test."""
        self._silence, self._ignores_tests = None, False

    def test_failed(self, reason: str) -> None:
        """A link test had no answer."""
        if self._silence != _IGNORES:
            self._silence = f"the link test failed: {reason}"
        self._ignores_tests = True

    def event_failed(self, reason: str) -> None:
        """An event had no answer."""
        self._silence = f"an event had no answer: {reason}"

    def event_refused(self, reason: str) -> None:
        """The receiver answered a test event, but does not take it."""
        self._refusal = f"the receiver refuses test events: {reason}"
