"""Opens windows for the units of the register's rooms, and revokes those that are replaced."""

import time
from typing import Final

from gateway.register import Entry, load_register
from gateway.revoked import read_revoked, revoke
from gateway.settings import IdentitySettings
from gateway.trust import safe
from gateway.trust.acl import STANDBY
from gateway.trust.enrolment import OPEN_FOR, EnrolmentError, name_after, name_for, open_window
from gateway.trust.labels import Label
from gateway.trust.ledger import Ledger
from gateway.trust.plan import in_url
from gateway.trust.roomsheet import assign
from service.identity import fingerprint, read_certificate
from wire.ids import RoomId, Seconds, SiteId, UnitId, Wall

# A sheet of labels is for a day's walk through the school.
_SHEET_OPEN_FOR: Final = Seconds(10 * 3600.0)


class Enrolling:
    """Each method raises EnrolmentError or SettingsError for what the asker can mend, OSError,
    ValueError or sqlite3.Error if the authority's folder cannot be used.
    """

    def __init__(self, settings: IdentitySettings) -> None:
        self._site = SiteId(settings.site.id)
        self._rooms = settings.site.rooms
        own = self._own = settings.authority
        self._mark = bytes.fromhex(
            fingerprint(read_certificate(own.folder / safe.AUTHORITY_CERTIFICATE))
        )
        self._ledger = Ledger(own.folder / safe.LEDGER)
        self._ledger.sweep(Wall(time.time()))

    def one(self, room: RoomId) -> Label:
        """Let the unit of `room` join within ten minutes."""
        entry = self._entry(room)
        if entry.unit and self._ledger.serials(entry.unit):
            words = f"{entry.unit} has joined already; tocsin-gateway replace {room}"
            raise EnrolmentError(f"{words} revokes it and lets another one in")
        return self._open(room, self._unit(room, entry), OPEN_FOR)

    def standby(self) -> Label:
        """Let a second gateway hear, within ten minutes, what this one delivers."""
        return self._open(RoomId(STANDBY), UnitId(STANDBY), OPEN_FOR)

    def all(self) -> list[Label]:
        """Let every unit that is not there yet join within ten hours."""
        return [
            self._open(room, self._unit(room, entry), _SHEET_OPEN_FOR)
            for room, entry in load_register(self._rooms).by_room.items()
            if not (entry.unit and self._ledger.serials(entry.unit))
        ]

    def replace(self, room: RoomId) -> Label:
        """Revoke the unit of `room`, and let another one join in its place."""
        old = self._entry(room).unit
        if old is None:
            raise EnrolmentError(f"no unit hangs in room {room}; tocsin-gateway enrol {room}")
        new = name_after(old)
        while self._ledger.serials(new) or new in read_revoked(self._own.revoked):
            new = name_after(new)
        # The new name first: between the two steps the room has a unit that nobody has yet.
        assign(self._rooms, room, new)
        revoke(self._own.revoked, old)
        return self._open(room, new, OPEN_FOR)

    def revoke(self, unit: UnitId) -> None:
        """Let `unit` speak no more."""
        register = load_register(self._rooms)
        if unit not in register.by_unit and not self._ledger.serials(unit):
            raise EnrolmentError(f"nobody is called {unit}")
        revoke(self._own.revoked, unit)

    def _entry(self, room: RoomId) -> Entry:
        entry = load_register(self._rooms).by_room.get(room)
        if entry is None:
            raise EnrolmentError(f"there is no room {room}; write its line into {self._rooms}")
        return entry

    def _unit(self, room: RoomId, entry: Entry) -> UnitId:
        if entry.unit == STANDBY:
            raise EnrolmentError(f"no unit may be called {STANDBY}: that is the second gateway")
        if entry.unit:
            return entry.unit
        unit = name_for(self._site, room)
        taken = load_register(self._rooms).by_unit
        while unit in taken or unit in read_revoked(self._own.revoked):
            unit = name_after(unit)
        assign(self._rooms, room, unit)
        return unit

    def _open(self, room: RoomId, unit: UnitId, how_long: Seconds) -> Label:
        if unit in read_revoked(self._own.revoked):
            raise EnrolmentError(f"{unit} is revoked, for ever: tocsin-gateway replace {room}")
        window, code = open_window(
            unit,
            room,
            self._mark,
            Wall(time.time() + how_long),
            lambda name: self._ledger.find(name) is not None,
        )
        self._ledger.open(window)
        url = f"https://{in_url(self._own.hosts[0])}:{self._own.port}"
        return Label(room, unit, url, code)
