"""The unit's health as its heartbeat reports it: every 10 s, and at once when a trouble changes.

Pure.  A trouble is a name that is true or not at a time; nothing has to be cleared by hand.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from device.debounce import Contact, is_stuck
from device.events import MachineRead
from device.machine_health import MachineHealth
from wire.ids import AlertId, BootId, Monotonic, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.stage import Stage
from wire.trouble import TroubleName
from wire.unit_troubles import GATEWAY_LOST, NO_EDGES, NOT_DELIVERED, NOT_RECEIVED, STUCK_BUTTON

EVERY: Final = Seconds(10.0)
# A trouble that flaps must not fill the network.
_AT_MOST_EVERY: Final = Seconds(1.0)
# A link that is away for less is a broker's restart, or our own start.
_LOST_AFTER: Final = Seconds(5.0)
# Two heartbeats that were not refused for want of a subscriber: somebody listens again.
_UNHEARD_FOR: Final = 2.5 * EVERY
_LATE: Final[Mapping[Stage, TroubleName]] = {
    Stage.RECEIVED: NOT_RECEIVED.name(),
    Stage.DELIVERED: NOT_DELIVERED.name(),
}


class Health:
    """Collects what is wrong, and says when a heartbeat is due."""

    def __init__(
        self, unit: UnitId, room: RoomId, boot: BootId, links: Iterable[str], now: Monotonic
    ) -> None:
        self._unit = unit
        self._room = room
        self._boot = boot
        self._started = now
        self._down_since: dict[str, Monotonic] = dict.fromkeys(links, now)
        self._told_down: set[str] = set()
        self._unheard_at: dict[str, Monotonic] = {}
        self._lasting: set[TroubleName] = set()
        self._machine = MachineHealth()
        self._told: tuple[str, ...] = ()
        self._tell_at = now
        self._last_told = Monotonic(now - EVERY)

    def link_up(self, link: str, now: Monotonic) -> None:
        """The connection to a gateway is open: the next heartbeat is due at once."""
        self._told_down.discard(link)
        self._down_since.pop(link, None)
        self._unheard_at.pop(link, None)
        self._tell_at = now

    def link_down(self, link: str, now: Monotonic) -> bool:
        """The connection to a gateway is lost; True if that is news."""
        known = link in self._told_down
        self._told_down.add(link)
        self._down_since.setdefault(link, now)
        return not known

    def unheard(self, link: str, now: Monotonic) -> bool:
        """The broker is up, and nobody is subscribed behind it; True if that is news."""
        known = link in self._unheard_at
        self._unheard_at[link] = now
        return not known

    def heard(self, link: str) -> None:
        """A gateway sent something."""
        self._unheard_at.pop(link, None)

    def trouble(self, name: TroubleName, lasts: bool) -> None:
        """A trouble named `name` has begun, or is over."""
        if lasts:
            self._lasting.add(name)
        else:
            self._lasting.discard(name)

    def saw(self, read: MachineRead, now: Monotonic) -> None:
        """The sensors of the machine were read."""
        self._machine.saw(read.machine, now)

    def troubles(self, now: Monotonic, contact: Contact, late: Iterable[Stage]) -> tuple[str, ...]:
        """The names of all that is wrong."""
        found = set(self._lasting)
        found.update(self._machine.troubles(now))
        found.update(_LATE[stage] for stage in late)
        found.update(GATEWAY_LOST.name(link) for link in self._lost(now))
        if is_stuck(contact, now):
            found.add(STUCK_BUTTON.name())
        if contact.edge_missed:
            found.add(NO_EDGES.name())
        return tuple(sorted(found))

    def tick(
        self, now: Monotonic, troubles: tuple[str, ...], seq: int, open_: tuple[AlertId, ...]
    ) -> Heartbeat | None:
        """The heartbeat, if one is due."""
        if troubles != self._told:
            self._tell_at = min(self._tell_at, Monotonic(self._last_told + _AT_MOST_EVERY))
        if now < self._tell_at:
            return None
        self._told, self._last_told, self._tell_at = troubles, now, Monotonic(now + EVERY)
        uptime = Seconds(now - self._started)
        machine = self._machine.machine(now)
        return Heartbeat(self._unit, self._room, self._boot, seq, uptime, open_, troubles, machine)

    def _lost(self, now: Monotonic) -> set[str]:
        down = {link for link, at in self._down_since.items() if now - at >= _LOST_AFTER}
        return down | {link for link, at in self._unheard_at.items() if now - at < _UNHEARD_FOR}
