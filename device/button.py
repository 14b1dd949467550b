"""The button's contact, and whether it can still be read.

A chip that vanishes does not come back to a process that holds its pins, and lgpio writes one line
into the log meanwhile, without end (docs/decisions/service-starts.md).
"""

from __future__ import annotations

from typing import Final

from device.ports import Panel
from wire.ids import Monotonic, Seconds

# A line that cannot be read for so long will not come back by itself.
LOST_AFTER: Final = Seconds(1.0)


class ButtonLostError(Exception):
    """The contact cannot be read any more: the chip of the pins has vanished."""


class Button:
    """Reads the contact of `panel`; `is_lost` once each reading has failed for LOST_AFTER.

    A process that stood still itself has lost nothing, if its next reading is good.
    """

    def __init__(self, panel: Panel, now: Monotonic) -> None:
        self.is_lost = False
        self._panel = panel
        self._read_at = now

    def pressed(self, now: Monotonic) -> bool:
        """Return the contact as it is now; raises what the panel raises."""
        self.is_lost = now - self._read_at > LOST_AFTER
        pressed = self._panel.pressed()
        self._read_at, self.is_lost = now, False
        return pressed
