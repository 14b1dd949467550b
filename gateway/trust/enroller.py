"""Opens enrolment windows for the units of the register's rooms, and revokes replaced units."""

import time
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from shlex import quote
from typing import Final

from gateway.config.listeners import read_listeners, write_listeners
from gateway.config.register import load_register
from gateway.config.revoked import read_revoked, revoke
from gateway.config.settings import USUAL_CONFIG, IdentitySettings
from gateway.core.site import Entry
from gateway.trust.bootstrap_plan import in_url
from gateway.trust.broker.acl import RESERVED
from gateway.trust.ca import key_folder
from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.enrolment import (
    OPEN_FOR,
    EnrolmentError,
    comes_after,
    issue_token,
    name_after,
    name_for,
)
from gateway.trust.labels import Joins, Label
from gateway.trust.room_assignment import assign_units
from service.identity import fingerprint, read_certificate
from wire.ids import NAME, RoomId, Seconds, SiteId, UnitId, Wall
from wire.topics import STANDBY, Hearing

CONFIG: Final = f"--config {USUAL_CONFIG}"
# A sheet of labels is for a day's walk through the school.
FOR_A_WALK: Final = Seconds(10 * 3600.0)
"""How long a sheet of labels, or a card, is good."""


class Enroller:
    """Each method raises EnrolmentError or SettingsError for what the asker can mend, OSError,
    ValueError or sqlite3.Error if the authority's folder cannot be used.
    """

    def __init__(self, settings: IdentitySettings, first: str = "") -> None:
        """`first`: the school's first gateway, where names are given; the register is its own."""
        self._first = first
        self._site = SiteId(settings.site.id)
        self._rooms = settings.site.rooms
        own = self._own = settings.authority
        self._mark = bytes.fromhex(
            fingerprint(read_certificate(own.folder / key_folder.AUTHORITY_CERTIFICATE))
        )
        self._ledger = EnrolmentDatabase(own.folder / key_folder.LEDGER)
        self._ledger.sweep(Wall(time.time()))

    def one(self, room: RoomId, how_long: Seconds = OPEN_FOR) -> Label:
        """Let the unit of `room` join within ten minutes, or as long as is said."""
        entry = self._entry(room)
        if entry.unit and self.has_joined(entry.unit):
            words = f"{entry.unit} has joined already; another one in its place"
            raise EnrolmentError(f"{words}: `tocsin-gateway replace {quote(room)} {CONFIG}`")
        return self._open(self._units({room: entry}), how_long)[0]

    def standby(self) -> Label:
        """Let a second gateway hear, within ten minutes, what this one delivers."""
        return self._open({RoomId(STANDBY): UnitId(STANDBY)}, OPEN_FOR, "gateway")[0]

    def listener(self, name: UnitId, hears: tuple[Hearing, ...]) -> Label | None:
        """Let a strobe, PA or door system join within ten minutes, to hear `hears` and say nothing.

        One that has joined already hears just that from now on, and gets no label.
        """
        listeners = read_listeners(self._own.listeners)
        if name in read_revoked(self._own.revoked):
            raise EnrolmentError(f"listener {name} was revoked; enrol it under another name")
        if name not in listeners:
            self._must_be_free(name)
        write_listeners(self._own.listeners, {**listeners, name: hears})
        if self.has_joined(name):
            return None
        return self._open({RoomId(name): name}, OPEN_FOR, "listener")[0]

    def all(self) -> list[Label]:
        """Let every unit that is not there yet join within ten hours; all of them, or none."""
        waiting = {
            room: entry
            for room, entry in load_register(self._rooms).by_room.items()
            if not (self.has_joined(entry.unit) if entry.unit else self._first)
        }
        return self._open(self._units(waiting), FOR_A_WALK)

    def replace(self, room: RoomId, called: UnitId | None = None) -> Label:
        """Revoke the unit of `room`, and let another one join in its place.

        `called` is the name that the new one has at the school's other gateway, if it has one.
        """
        old = self._entry(room).unit
        if old is None:
            raise EnrolmentError(
                f"room {room} has no unit: `tocsin-gateway enrol {quote(room)} {CONFIG}`"
            )
        if called:
            self._must_be_free(called)
        new = called or self._name_instead_of(old, room)
        # The new name first: between the two steps the room has a unit that nobody has yet.
        if new != old:
            assign_units(self._rooms, {room: new})
        for unit in self._replaced_by(new, old):
            revoke(self._own.revoked, unit)
        return self._open({room: new}, OPEN_FOR)[0]

    def _name_instead_of(self, old: UnitId, room: RoomId) -> UnitId:
        """Return the new unit's name: the register's own if no unit here ever had it."""
        if not self._is_used(old):
            return old
        if self._first:
            raise EnrolmentError(
                f"unit {old} is the one that hangs in room {room} at the first gateway, too; names"
                f" are given there: `tocsin-gateway replace {quote(room)} {CONFIG}`, then here"
            )
        new = name_after(old)
        while self._is_used(new):
            new = name_after(new)
        return new

    def _replaced_by(self, new: UnitId, old: UnitId) -> Iterator[UnitId]:
        """Yield whom `new` replaces: `old`, and those that joined here by an earlier name of it."""
        revoked, register = read_revoked(self._own.revoked), load_register(self._rooms).by_unit
        for name in map(UnitId, self._ledger.names()):
            is_earlier = comes_after(new, name) and name not in register
            if name != new and (name == old or is_earlier) and name not in revoked:
                yield name
        if old != new and not self.has_joined(old) and old not in revoked:
            yield old

    def _must_be_free(self, unit: UnitId) -> None:
        if not NAME.fullmatch(unit) or unit in RESERVED:
            raise EnrolmentError(f"invalid unit name {unit!r}: use 3 to 32 of a-z, 0-9 and -")
        if unit in load_register(self._rooms).by_unit:
            raise EnrolmentError(f"unit {unit} stands in the register already; enrol its room")
        if self._is_used(unit):
            raise EnrolmentError(f"the name {unit} was used here before; give the unit another")

    def _is_used(self, unit: UnitId) -> bool:
        return self.has_joined(unit) or unit in read_revoked(self._own.revoked)

    def has_joined(self, unit: UnitId) -> bool:
        """Whether a certificate was ever signed for `unit`."""
        return bool(self._ledger.serials(unit))

    def revoke(self, unit: UnitId) -> None:
        """Revoke `unit`."""
        self.must_be_revocable(unit)
        revoke(self._own.revoked, unit)

    def must_be_revocable(self, unit: UnitId) -> None:
        """Raise EnrolmentError unless `unit` is one of this school."""
        # To revoke one of these would lock the whole school out.
        if unit in RESERVED - {STANDBY}:
            raise EnrolmentError(f"{unit} is a name of the gateway's own services, not a unit")
        register = load_register(self._rooms)
        if unit not in register.by_unit and not self.has_joined(unit):
            raise EnrolmentError(f"there is no unit {unit}")

    def _entry(self, room: RoomId) -> Entry:
        entry = load_register(self._rooms).by_room.get(room)
        if entry is None:
            raise EnrolmentError(f"there is no room {room}; write its line into {self._rooms}")
        if entry.unit:
            _must_be_no_service(entry.unit)
        return entry

    def _units(self, rooms: Mapping[RoomId, Entry]) -> dict[RoomId, UnitId]:
        """Return the unit of each room; one that has none is given one, in the register, too."""
        taken = {*load_register(self._rooms).by_unit, *read_revoked(self._own.revoked)}
        taken |= read_listeners(self._own.listeners).keys()
        found: dict[RoomId, UnitId] = {}
        for room, entry in rooms.items():
            found[room] = entry.unit or self._new_unit(room, taken)
            _must_be_no_service(found[room])
            taken.add(found[room])
        new = {room: unit for room, unit in found.items() if not rooms[room].unit}
        if new:
            assign_units(self._rooms, new)
        return found

    def _new_unit(self, room: RoomId, taken: AbstractSet[UnitId]) -> UnitId:
        if self._first:
            raise EnrolmentError(
                f"room {room} has no unit yet, and names are given at the first gateway: there"
                f" `tocsin-gateway enrol {quote(room)} {CONFIG}`, then here"
            )
        unit = name_for(self._site, room)
        while unit in taken:
            unit = name_after(unit)
        return unit

    def _open(
        self, units: Mapping[RoomId, UnitId], how_long: Seconds, joins: Joins = "unit"
    ) -> list[Label]:
        """Open a window for each of `units`: all of them, or none."""
        revoked, until = read_revoked(self._own.revoked), Wall(time.time() + how_long)
        url = f"https://{in_url(self._own.hosts[0])}:{self._own.port}"
        labels, windows = [], []
        for room, unit in units.items():
            if unit in revoked:
                raise EnrolmentError(
                    f"unit {unit} is revoked and cannot join again:"
                    f" `tocsin-gateway replace {quote(room)} {CONFIG}`"
                )
            window, code = issue_token(unit, room, self._mark, until)
            windows.append(window)
            labels.append(Label(room, unit, url, code, until, joins))
        self._ledger.open(*windows)
        return labels


def _must_be_no_service(unit: UnitId) -> None:
    """To let a unit in by such a name, or to replace it, would shut the whole school out."""
    if unit in RESERVED:
        words = f"no unit may be called {unit}: that is a name of the gateway's own services"
        raise EnrolmentError(f"{words}; give it another in the register")
