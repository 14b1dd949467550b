"""`tocsin-gateway authority`: the process that has the school's key, and does nothing else.

No alert needs it: while it is away nobody joins, and what is near its end is renewed later.
"""

import asyncio
import logging
import signal
import socket
import sqlite3
import threading
import time
from typing import Final

import uvicorn

from gateway.settings import IdentitySettings
from gateway.trust import safe
from gateway.trust.clerk import Clerk, terms_of
from gateway.trust.ledger import Ledger
from gateway.trust.revocation import Revocations
from gateway.trust.settings import AuthoritySettings
from gateway.trust.web import make_app
from service import exits
from service.files import write_whole
from service.identity import is_due, key_in, read_certificate, request_for
from service.notify import notify
from service.settings import SettingsError
from wire.ids import Monotonic, Wall

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0


def run_authority(settings: IdentitySettings) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    own = settings.authority
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        authority = safe.load_authority(own.folder)
        ledger = Ledger(own.folder / safe.LEDGER)
        door = socket.create_server(("", own.port))
    except (OSError, ValueError, sqlite3.Error) as error:
        log.critical("cannot start: %s", error)
        return exits.PROBLEM
    clerk = Clerk(authority, ledger, terms_of(settings))
    server = _server(clerk, own)
    server.config.load()  # before the certificate can be renewed, or the old one would be shown on
    revocations = Revocations(authority, Ledger(own.folder / safe.LEDGER), own)
    threading.Thread(
        target=_look_around, args=(clerk, revocations, server, own), name="rounds", daemon=True
    ).start()
    with door:
        notify("READY=1")
        log.info("ready")
        asyncio.run(server.serve(sockets=[door]))
    return exits.GOOD


def _server(clerk: Clerk, own: AuthoritySettings) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            make_app(clerk, lambda: Wall(time.time())),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=100,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=16_384,
            ssl_certfile=own.folder / safe.SERVER_CERTIFICATE,
            ssl_keyfile=own.folder / safe.SERVER_KEY,
        )
    )


def _look_around(
    clerk: Clerk, revocations: Revocations, server: uvicorn.Server, own: AuthoritySettings
) -> None:
    pause = threading.Event()
    while True:
        try:
            revocations.look(Monotonic(time.monotonic()), Wall(time.time()))
            _renew_own(clerk, server, own, Wall(time.time()))
        except (SettingsError, OSError, ValueError, sqlite3.Error) as error:
            log.error("the authority's round: %s", error)
        notify("WATCHDOG=1")
        pause.wait(_LOOK_EVERY_S)


def _renew_own(clerk: Clerk, server: uvicorn.Server, own: AuthoritySettings, now: Wall) -> None:
    """The door's own certificate; the next connection is made with it."""
    cert, key = own.folder / safe.SERVER_CERTIFICATE, own.folder / safe.SERVER_KEY
    if not is_due(read_certificate(cert), now):
        return
    fields = {
        "certificate": cert.read_text("ascii"),
        "request": request_for(key_in(key)).decode("ascii"),
    }
    write_whole(cert, clerk.renew(fields, now)["certificate"].encode(), 0o644)
    if server.config.ssl is not None:
        server.config.ssl.load_cert_chain(cert, key)
