"""The interfaces that the loop needs of its adapters."""

from typing import NamedTuple, Protocol

from device.events import StoredAlert
from wire.ids import AlertId, Monotonic, Wall


class Panel(Protocol):
    """Button, lamp and buzzer."""

    def pressed(self) -> bool:
        """The button's contact, as it is now."""

    def show(self, lamp: bool, buzzer: bool) -> None:
        """Light the lamp and sound the buzzer, or end it."""


class Journal(Protocol):
    """Where open alerts outlive a power cut; never blocks, never raises."""

    def save(self, row: StoredAlert) -> None:
        """Write `row` as soon as the disk allows."""

    def forget(self, alert: AlertId) -> None:
        """Take the alert out."""

    def well(self, now: Monotonic) -> bool:
        """False while the disk does not do its part."""


class Gateway(Protocol):
    """A connection to one gateway; never blocks, never raises."""

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send what can be sent now; False if it cannot."""


class Clock(Protocol):
    """The machine's clocks."""

    def monotonic(self) -> Monotonic:
        """The clock of all timers, and of the edges."""

    def wall(self) -> Wall | None:
        """The time of day, None while it is not known to be right."""


class Topics(NamedTuple):
    """The topics on which the unit publishes and listens."""

    alert: str
    heartbeat: str
    progress: str
