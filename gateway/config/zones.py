"""The numbers by which an alarm centre knows the rooms.

The centre has this table on paper: a number once given to a room is never given to another, not
even when the room is gone.  The register sets it, or the next free number is taken and kept in a
file beside the store.
"""

import json
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from gateway.core.site import Register
from service.files import write_whole
from service.settings import Fault, SettingsError
from service.slow_disk import ask_disk
from wire.ids import RoomId, Seconds

log = logging.getLogger(__name__)

SITE: Final = 0
"""The zone of what concerns no room that the register knows."""

_LAST: Final = 999
# The file of a few lines; alerts wait for it at the start.
_STILL: Final = Seconds(2.0)


class ZoneLine(NamedTuple):
    """One line of the table for the centre."""

    zone: int
    room: str
    name: str
    building: str
    floor: str


class Zones:
    """The zones of one school; `path` keeps what was given out, `rooms` is the register's file."""

    def __init__(self, path: Path, rooms: Path) -> None:
        self._path = path
        self._rooms = rooms
        self._given: Mapping[RoomId, int] = {}

    def take(self, register: Register) -> Register:
        """Give every room of `register` its zone, keep what is new, and return the register.

        Raises SettingsError if the register says otherwise than the centre was told.  If what it
        was told cannot be known, only what the register says counts: better SITE than a lie.
        """
        before = _read(self._path)
        if before is None:
            self._given = _said(register)
            return register
        # What a disk did not take was given out all the same.
        given, faults = allot(register, {**self._given, **before})
        if faults:
            raise SettingsError(self._rooms, faults)
        self._given = given
        if given != before:
            self._keep()
        return register

    def of(self, room: str) -> int:
        """Return the zone of a room; SITE if it has none."""
        return self._given.get(RoomId(room), SITE)

    def table(self, register: Register) -> list[ZoneLine]:
        """Return the table, by number."""
        rooms = [entry.room for entry in register.by_room.values()]
        return sorted(ZoneLine(self.of(r.id), r.id, r.name, r.building, r.floor) for r in rooms)

    def _keep(self) -> None:
        text = json.dumps(self._given, ensure_ascii=False, indent=1)
        write = partial(write_whole, self._path, text.encode(), 0o644)
        try:
            ask_disk(write, (OSError,), still=_STILL)
        except OSError as error:
            log.error("zones could not be kept, and may differ after a restart: %s", error)


def allot(
    register: Register, before: Mapping[RoomId, int]
) -> tuple[Mapping[RoomId, int], list[Fault]]:
    """Return a zone for each room, also for those that are gone, and what is wrong with that."""
    said = _said(register)
    faults = [
        Fault(None, "zone", f"{zone} was given to room {other} before; give room {room} another")
        for room, zone in said.items()
        for other, known in before.items()
        if known == zone and other != room
    ]
    given = {**before, **said}
    used = {*before.values(), *said.values()}
    free = [zone for zone in range(1, _LAST + 1) if zone not in used]
    new = [room for room in register.by_room if room not in given]
    # Rooms beyond the last number stay SITE: the line for a person still names them.
    given |= dict(zip(new, free, strict=False))
    return given, faults


def _said(register: Register) -> dict[RoomId, int]:
    return {room: entry.zone for room, entry in register.by_room.items() if entry.zone}


def _read(path: Path) -> dict[RoomId, int] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {RoomId(str(room)): int(zone) for room, zone in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.error("%s, which holds the zones given out, cannot be read: %s", path, error)
        return None
