"""`tocsin-gateway notices`: builds the process that tells people, and runs it until it is ended."""

import logging
import signal
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.config.notices import NoticesSettings
from gateway.config.notices_process import NoticesProcessSettings
from gateway.core.notices.book import Book
from gateway.core.values import Now
from gateway.notices import carrier
from gateway.notices.health import Health, health_file
from gateway.notices.loop import NoticeParts, NoticesLoop
from gateway.notices.record import Record
from gateway.notices.roster import Roster
from gateway.notices.sender import CarrierSender
from gateway.notices.standing import Standing
from gateway.notices.texts import Texts
from service import exits
from service.notify import READY, Watchdog, notify
from service.settings import SettingsError
from wire.ids import Monotonic, Wall

log = logging.getLogger(__name__)

_DAY: Final = 86400.0
_PAUSE: Final = 1.0
# What was said before is over, or is told anew as if it were the first time.
_LOOKS_BACK_DAYS: Final = 90.0


def run_notices(settings: NoticesProcessSettings, path: Path) -> int:
    """Tell people until SIGTERM or SIGINT; returns the exit code."""
    if settings.notices is None:
        log.critical("%s has no [notices] table: there is nobody to tell", path)
        return exits.BAD_CONFIGURATION
    stopped: list[int] = []
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, _: stopped.append(number))
    try:
        loop = _build(settings, settings.notices)
        carrier.prepare()
    except SettingsError as error:
        log.critical("%s", error)
        return exits.BAD_CONFIGURATION
    except (OSError, sqlite3.Error) as error:
        log.critical("the notices cannot start: %s", error)
        return exits.PROBLEM
    _turn(loop, stopped)
    return exits.GOOD


def _turn(loop: NoticesLoop, stopped: list[int]) -> None:
    watchdog, pause, is_failing = Watchdog({}), threading.Event(), False
    notify(READY)
    log.info("ready")
    while not stopped:
        try:
            loop.turn()
            is_failing = False
        except Exception as error:  # the outermost handler of the owner's loop
            if not is_failing:
                log.exception("a turn failed, and the next one comes: %s", error)
            is_failing = True
            pause.wait(_PAUSE)
        watchdog.tick(Monotonic(time.monotonic()))
    notify("STOPPING=1")
    loop.stop()


def _build(settings: NoticesProcessSettings, notices: NoticesSettings) -> NoticesLoop:
    now = _clocks()
    roster = Roster(notices.people, notices.path)
    record = Record(notices.path)
    with suppress(sqlite3.OperationalError):  # a full disk is what people are to be told of
        record.tidy(now.wall, Wall(now.wall - settings.store.retention_days * _DAY))
        record.people_are(roster.members)
    told = record.told(Wall(now.wall - _LOOKS_BACK_DAYS * _DAY))
    since = {key.name: key.since for (_, key), last in told.items() if not last.over}
    console = settings.console.address if settings.console else ""
    parts = NoticeParts(
        Standing(settings.store.path, settings.frames.told, since),
        roster,
        record,
        CarrierSender(carrier.carry),
        Texts(settings.site.name, notices.zone, console),
        Health(health_file(notices.path)),
        notices.cadences,
    )
    return NoticesLoop(parts, Book(told), _clocks)


def _clocks() -> Now:
    return Now(Monotonic(time.monotonic()), Wall(time.time()))
