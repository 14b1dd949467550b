"""Reads all that is known of the school's units at one moment, for the pages and the terminal."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final, NamedTuple

from gateway.config.console_process import ConsoleProcessSettings
from gateway.core.site import Register
from gateway.core.supervision.history import UnitHistory
from gateway.fleet.certificates import UnitCertificates
from gateway.fleet.gateway_verdict import GatewayState
from gateway.fleet.room import Fleet, Sources, describe
from gateway.fleet.snapshot import SnapshotFile
from gateway.store.read_only import open_read_only
from gateway.store.taken import TakenRow, taken_troubles
from gateway.store.trouble_log import LoggedTrouble, read_troubles
from gateway.store.unit_history import read_histories
from service.life_sign import LifeSign
from wire.ids import Monotonic, Seconds, UnitId, Wall

# A press is on its incident's page at once; in the table of all units it may be so late.
_HISTORIES_LAST: Final = Seconds(5.0)


class Look(NamedTuple):
    """What was seen at `at`; `taken` says who took which of the troubles."""

    at: Wall
    fleet: Fleet
    troubles: list[LoggedTrouble]
    taken: list[TakenRow]


class FleetReader:
    """Reads what `settings` name; `register` returns the rooms as they are now."""

    def __init__(self, settings: ConsoleProcessSettings, register: Callable[[], Register]) -> None:
        self._store = settings.store.path
        self._endpoints = tuple(settings.endpoint_names)
        self._sign = LifeSign(settings.frames.directory)
        self._snapshot = SnapshotFile(settings.frames.directory)
        trust = settings.trust
        self._certificates = UnitCertificates(trust.unit_certificates) if trust else None
        self._register = register
        self._histories: dict[UnitId, UnitHistory] = {}
        self._histories_until = Monotonic(0.0)

    def look(self) -> Look:
        """Return how everything stands now; raises sqlite3.Error or OSError."""
        wall = Wall(time.time())
        with closing(open_read_only(self._store)) as db:
            troubles, taken = read_troubles(db, wall), taken_troubles(db)
        standing = GatewayState(
            self._sign.is_young(),
            self._sign.stores(),
            self._snapshot.read(),
            {each.name: each.detail for each in troubles if each.ended is None},
            self._endpoints,
        )
        ends = self._certificates.ends() if self._certificates else None
        now = Monotonic(time.monotonic())
        histories = self._read_histories(now)
        known = Sources(self._register(), standing, histories, ends, now, wall)
        return Look(wall, describe(known), troubles, taken)

    def _read_histories(self, now: Monotonic) -> dict[UnitId, UnitHistory]:
        if now >= self._histories_until:
            self._histories = read_histories(self._store)
            self._histories_until = Monotonic(now + _HISTORIES_LAST)
        return self._histories
