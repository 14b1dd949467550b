"""Watches a press after it was accepted, and says how it was pressed: once the button has been held
for long, and when it is let go.

Pure.  It must not delay a press: what it says comes behind the alert.
"""

from device.debounce import Contact, held_for
from wire.evidence import HELD, PressEvidence
from wire.ids import Monotonic, Seconds


class PressWatch:
    """The press that was accepted last, until it is over; `started`: when the firmware did."""

    def __init__(self, started: Monotonic) -> None:
        self._started = started
        self._uptime = Seconds(0.0)
        self._watching = False
        self._told_held = False

    def begin(self, first_edge: Monotonic) -> None:
        """A press was accepted."""
        self._uptime = Seconds(max(first_edge - self._started, 0.0))
        self._watching = True
        self._told_held = False

    def look(self, contact: Contact, now: Monotonic) -> PressEvidence | None:
        """Return how the button was pressed, if that is to be told now."""
        if not self._watching:
            return None
        held = held_for(contact, now)
        if not contact.latched:
            self._watching = False
        elif self._told_held or held < HELD:
            return None
        else:
            self._told_held = True
        return PressEvidence(held, contact.bounces, self._uptime)
