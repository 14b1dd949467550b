"""The command `ca`: the process that has the school's key, and does nothing else.

No alert needs it: while it is down nobody joins, and certificates near their end are renewed later.
"""

import asyncio
import logging
import signal
import socket
import sqlite3
import time
from functools import partial
from typing import Final

from gateway.config import told_refusals
from gateway.config.register_files import register_paths
from gateway.config.settings import IdentitySettings
from gateway.config.told_refusals import RefusalsLeft
from gateway.config.trust import AuthoritySettings
from gateway.trust.ca import key_folder
from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.http import make_app
from gateway.trust.ca.register_source import RegisterSource
from gateway.trust.ca.registrar import Registrar, signing_terms
from gateway.trust.ca.revocation import Revocations
from service import exits
from service.files import write_whole
from service.identity import is_due, key_in, read_certificate, request_for
from service.listening import listen
from service.login.refusal_book import RefusalBook, Write
from service.notify import notify
from service.periodic import Periodic
from service.settings import SettingsError
from service.web import Bounds, NotifyingServer, bounded, run_server
from wire.ids import Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

_CHECK_EVERY: Final = Seconds(1.0)
_BOUNDS: Final = Bounds(connections=100, keep_alive=5, shutdown=3)


def run_authority(settings: IdentitySettings) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    own = settings.authority
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        authority = key_folder.load_authority(own.folder)
        ledger = EnrolmentDatabase(own.folder / key_folder.LEDGER)
        sockets = listen("", own.port)
    except (OSError, ValueError, sqlite3.Error) as error:
        log.critical("the authority cannot start: %s", error)
        return exits.PROBLEM
    registrar = Registrar(authority, ledger, signing_terms(settings))
    paths = register_paths(settings.site.rooms, settings.store.path)
    register = RegisterSource(authority, paths, own.revoked)
    book = RefusalBook(_note_in(RefusalsLeft(own.public_folder / told_refusals.FILE)))
    app = make_app(registrar, register, lambda: Wall(time.time()), book)
    cert, key = own.folder / key_folder.SERVER_CERTIFICATE, own.folder / key_folder.SERVER_KEY
    server = NotifyingServer(bounded(app, _BOUNDS, cert, key))
    revocations = Revocations(authority, EnrolmentDatabase(own.folder / key_folder.LEDGER), own)
    check = partial(_check_all, registrar, revocations, server, own)
    # One that fails is logged, and feeds no watchdog.
    Periodic("authority-checks", _CHECK_EVERY, check, lambda _: None).start()
    run_server(_serve(server, sockets, book))
    return exits.GOOD


async def _serve(server: NotifyingServer, sockets: list[socket.socket], book: RefusalBook) -> None:
    counting = asyncio.create_task(book.run())
    counting.add_done_callback(server.end_with)
    await server.serve(sockets=sockets)
    counting.cancel()


def _note_in(left: RefusalsLeft) -> Write:
    """What is refused is answered, whatever the disk says; the log has it in any case."""

    async def write(_what: str, by: str, words: str) -> None:
        try:
            await asyncio.to_thread(left.put, by, words)
        except OSError as error:
            log.error("authority: a refusal is in the log alone: %s", error)

    return write


def _check_all(
    registrar: Registrar, revocations: Revocations, server: NotifyingServer, own: AuthoritySettings
) -> None:
    try:
        revocations.check(Monotonic(time.monotonic()), Wall(time.time()))
        _renew_own(registrar, server, own, Wall(time.time()))
    except (SettingsError, OSError, ValueError, sqlite3.Error) as error:
        log.error("authority: a check failed, and is tried again: %s", error)
    notify("WATCHDOG=1")


def _renew_own(
    registrar: Registrar, server: NotifyingServer, own: AuthoritySettings, now: Wall
) -> None:
    """The server's own certificate; the next connection is made with it."""
    cert, key = own.folder / key_folder.SERVER_CERTIFICATE, own.folder / key_folder.SERVER_KEY
    if not is_due(read_certificate(cert), now):
        return
    fields = {
        "certificate": cert.read_text("ascii"),
        "request": request_for(key_in(key)).decode("ascii"),
    }
    write_whole(cert, registrar.renew(fields, now)["certificate"].encode(), 0o644)
    server.certificate_renewed()
