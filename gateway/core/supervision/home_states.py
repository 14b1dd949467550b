"""How the site and each room stand, told to Home Assistant where a school asks for it.  Pure.

Compared with what was told last, a portion at a time: no report and no lamp waits for a thousand
rooms.
"""

from collections.abc import Callable, Iterator
from typing import Final

from gateway.core.effects import Announce
from gateway.core.incidents.registry import Incidents
from gateway.core.site import Register
from gateway.core.values import Now
from wire.home import (
    DISCOVERY_LASTS,
    STATE_LASTS,
    HomeState,
    room_device,
    site_device,
    write_room,
    write_site,
)
from wire.ids import Monotonic, RoomId, Seconds, SiteId, UnitId
from wire.modes import LIVE
from wire.topics import discovery_topic, home_topic

_EVERY: Final = Seconds(1.0)
_PORTION: Final = 32
# Told anew so often within what the broker keeps it for.
_AGAIN: Final = 3

IsLost = Callable[[UnitId, Monotonic], bool]


class HomeStates:
    """What was told last of each topic, and when; `register` returns the rooms as they are now."""

    def __init__(
        self,
        site: SiteId,
        name: str,
        register: Callable[[], Register],
        incidents: Incidents,
        is_lost: IsLost,
    ) -> None:
        self._site = site
        self._name = name
        self._register = register
        self._incidents = incidents
        self._is_lost = is_lost
        self._next = Monotonic(0.0)
        self._told: dict[str, tuple[bytes, Monotonic]] = {}
        self._devices: dict[str, bytes] = {}
        self._devices_of: Register | None = None

    def tick(self, now: Now) -> list[Announce]:
        """Tell what is another than it was, then what grows old; once a second."""
        if now.mono < self._next:
            return []
        self._next = Monotonic(now.mono + _EVERY)
        states, devices = dict(self._states(now.mono)), self._known_devices()
        due = [
            *self._due(states, STATE_LASTS, now.mono),
            *self._due(devices, DISCOVERY_LASTS, now.mono),
            *self._gone(states.keys() | devices.keys()),
        ][:_PORTION]
        for topic, payload, _ in due:
            self._told[topic] = payload, now.mono
            if not payload:
                del self._told[topic]
        return due

    def again(self) -> None:
        """The broker knows nothing any more."""
        self._told.clear()

    def _due(self, wanted: dict[str, bytes], lasts: Seconds, now: Monotonic) -> list[Announce]:
        changed, old = [], []
        for topic, payload in wanted.items():
            told, at = self._told.get(topic, (None, now))
            if told != payload:
                changed.append(Announce(topic, payload, lasts))
            elif now - at >= lasts / _AGAIN:
                old.append(Announce(topic, payload, lasts))
        return changed + old

    def _gone(self, wanted: "set[str]") -> Iterator[Announce]:
        """Nothing is kept any more of rooms and units that are not in the register."""
        return (Announce(each, b"", STATE_LASTS) for each in self._told if each not in wanted)

    def _states(self, now: Monotonic) -> Iterator[tuple[str, bytes]]:
        alarmed, seen = self._alarmed(), set[HomeState]()
        for unit, entry in self._register().by_unit.items():
            state = self._state(unit, entry.room.id in alarmed, now)
            seen.add(state)
            yield home_topic(self._site, unit), state.encode()
        whole: HomeState = "silent" if "silent" in seen else "ok"
        yield home_topic(self._site), b"alarm" if alarmed else whole.encode()

    def _state(self, unit: UnitId, is_alarmed: bool, now: Monotonic) -> HomeState:
        if is_alarmed:
            return "alarm"
        return "silent" if self._is_lost(unit, now) else "ok"

    def _alarmed(self) -> set[str]:
        """The rooms of alerts that are no test, and of which no person said all clear."""
        return {
            alert.room.id
            for incident in self._incidents.all_open()
            if incident.mode == LIVE and not incident.is_ended
            for alert in incident.alerts.values()
            if not alert.is_clear
        }

    def _known_devices(self) -> dict[str, bytes]:
        register = self._register()
        if register is not self._devices_of:
            self._devices_of = register
            self._devices = dict(self._discovery(register))
        return self._devices

    def _discovery(self, register: Register) -> Iterator[tuple[str, bytes]]:
        site = self._site
        yield discovery_topic(site_device(site)), write_site(site, self._name)
        for unit, entry in register.by_unit.items():
            room = RoomId(entry.room.id)
            told = write_room(site, room, entry.room.name or room, unit)
            yield discovery_topic(room_device(site, room)), told
