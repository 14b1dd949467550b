"""What all our HTTP servers share: bounds, signs of life, security headers.

Which requests may change something is decided here, too: one rule for all of them.
"""

import asyncio
import logging
import resource
import socket
import time
from asyncio import Task
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.connections import HANDSHAKE_S, BoundedConnection, sweep
from service.listening import BACKLOG
from service.notify import notify

log = logging.getLogger(__name__)

# Handshakes under way are not among the connections that are counted, but have files, too.
_FILES: Final = 8_192
_TICKS_PER_SWEEP: Final = 10  # of 0.1 s
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_USUAL_PORTS: Final = {"http": 80, "https": 443}

Refuse = Callable[[Scope], Response | None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one server bears: connections at once, seconds that an idle one is kept
    (`keep_alive`) and seconds that an open response gets at the end (`shutdown`).
    """

    connections: int
    keep_alive: int
    shutdown: int


def bounded(
    app: ASGIApp,
    bounds: Bounds,
    cert: Path | None = None,
    key: Path | None = None,
) -> uvicorn.Config:
    """Return how uvicorn is to serve `app`; nobody is believed for whom they ask."""
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=BoundedConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        # Addresses may hold live links, which are secrets.
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # Half of it is for what still ends after it gave way (service/connections.py).
        limit_concurrency=2 * bounds.connections,
        backlog=BACKLOG,
        timeout_keep_alive=bounds.keep_alive,
        timeout_graceful_shutdown=bounds.shutdown,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )


class NotifyingServer(uvicorn.Server):
    """Tells systemd and the log when it serves and when no more; `ending` is called before."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._ending = ending
        # Before a certificate can be renewed, or the old one would be shown for ever.
        config.load()

    def certificate_renewed(self) -> None:
        """Show the certificate that lies in its file now, from the next connection on."""
        config = self.config
        if config.ssl and config.ssl_certfile:
            config.ssl.load_cert_chain(config.ssl_certfile, config.ssl_keyfile)

    def end_with(self, task: "Task[Any]") -> None:
        """A part that ends by itself takes the process with it, so that it is started anew."""
        if not task.cancelled() and task.exception():
            log.critical("a part of this server failed", exc_info=task.exception())
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn calls it once; afterwards connections are taken."""
        await super().startup(sockets)
        log.info("listening on %s", ", ".join(_named(each) for each in sockets or ()))
        log.info("ready")
        notify("READY=1")

    async def on_tick(self, counter: int) -> bool:
        """uvicorn calls it ten times a second; True ends the server."""
        if counter % _TICKS_PER_SWEEP == 0:
            connections = cast("set[BoundedConnection]", self.server_state.connections)
            sweep(connections, time.monotonic())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn calls it once, when it was asked to end."""
        notify("STOPPING=1")
        self._ending()
        await super().shutdown(sockets)


class _ServerLoop(asyncio.SelectorEventLoop):
    """An event loop whose servers give no peer asyncio's minute for a TLS handshake."""

    async def create_server(self, *args: Any, **named: Any) -> asyncio.Server:
        """As asyncio's."""
        if named.get("ssl"):
            named.setdefault("ssl_handshake_timeout", HANDSHAKE_S)
        return await super().create_server(*args, **named)


def run_server(serving: Coroutine[Any, Any, None]) -> None:
    """Run what serves until it ends, in an event loop with bounded handshakes."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < files < _FILES:  # a negative number has no bound
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (min(most, _FILES) if most > 0 else _FILES, most)
        )
    with asyncio.Runner(loop_factory=_ServerLoop) as runner:
        runner.run(serving)


class SecurityHeaders:
    """ASGI middleware: `refuse` answers a request or lets it through by None; every answer bears
    the content security policy and what else a browser must not do, where it says nothing itself.
    """

    def __init__(
        self, app: ASGIApp, policy: str, refuse: Refuse, also: Mapping[str, str] | None = None
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._headers = {"content-security-policy": policy, **_HEADERS, **(also or {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on; the headers are set in both cases."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._refuse(scope) or self._app)(scope, receive, marked)


def is_own_page(headers: Headers, *urls: str) -> bool:
    """True if a page of this server sent the request, by the browser's own word.

    A proxy may have rewritten Host or added a port to it, so `Sec-Fetch-Site` counts where the
    browser sends it, which is under https and on loopback; elsewhere Origin is Host or one of
    `urls`, under which people reach this server.
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = headers.get("origin", "")
    scheme = origin.partition(":")[0]
    return _place(origin) in {_place(f"{scheme}://{headers.get('host', '')}"), *map(_place, urls)}


def _place(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.hostname or url, parts.port or _USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return url, None


def _named(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
