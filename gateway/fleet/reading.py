"""Reads all that is known of the school's units at one moment, for the pages and the terminal."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final, NamedTuple

from gateway.config.fleet import FleetSettings
from gateway.core.site import Register
from gateway.core.supervision.false_presses import COUNTED_FOR
from gateway.fleet.certificates import UnitCertificates
from gateway.fleet.gateway_verdict import GatewayState
from gateway.fleet.room import NO_BOOKS, Books, Fleet, Sources, describe
from gateway.fleet.snapshot import SnapshotFile
from gateway.store.false_presses import count_false
from gateway.store.read_only import open_read_only
from gateway.store.taken import TakenRow, taken_troubles
from gateway.store.trouble_log import LoggedTrouble, read_troubles
from gateway.store.unit_history import read_histories
from service.life_sign import LifeSign
from wire.ids import Monotonic, Seconds, Wall

# A press is on its incident's page at once; in the table of all units it may be so late.
_BOOKS_LAST: Final = Seconds(5.0)
_DAY: Final = 86_400.0


class Look(NamedTuple):
    """What was seen at `at`; `taken` says who took which of the troubles."""

    at: Wall
    fleet: Fleet
    troubles: list[LoggedTrouble]
    taken: list[TakenRow]


class FleetReader:
    """Reads what `settings` name; `register` returns the rooms as they are now."""

    def __init__(self, settings: FleetSettings, register: Callable[[], Register]) -> None:
        self._store = settings.store.path
        self._endpoints = tuple(settings.endpoint_names)
        self._sign = LifeSign(settings.frames.told)
        self._snapshot = SnapshotFile(settings.frames.told)
        trust = settings.trust
        self._certificates = UnitCertificates(trust.unit_certificates) if trust else None
        self._register = register
        self._counted_for = min(COUNTED_FOR, settings.store.retention_days * _DAY)
        self._books = NO_BOOKS
        self._books_until = Monotonic(0.0)

    def look(self) -> Look:
        """Return how everything stands now; raises sqlite3.Error or OSError."""
        wall = Wall(time.time())
        with closing(open_read_only(self._store)) as db:
            troubles, taken = read_troubles(db, wall), taken_troubles(db)
            books = self._read_books(db, wall)
        standing = GatewayState(
            self._sign.is_young(),
            self._sign.stores(),
            self._snapshot.read(),
            {each.name: each.detail for each in troubles if each.ended is None},
            self._endpoints,
        )
        ends = self._certificates.ends() if self._certificates else None
        now = Monotonic(time.monotonic())
        known = Sources(self._register(), standing, books, ends, now, wall)
        return Look(wall, describe(known), troubles, taken)

    def _read_books(self, db: sqlite3.Connection, wall: Wall) -> Books:
        now = Monotonic(time.monotonic())
        if now >= self._books_until:
            counted = count_false(db, Wall(wall - self._counted_for))
            self._books = Books(read_histories(db), counted)
            self._books_until = Monotonic(now + _BOOKS_LAST)
        return self._books
