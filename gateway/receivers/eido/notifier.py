"""The listener at which agencies subscribe: WebSocket over mutual TLS.  Decides nothing.

It listens, which nothing else here does towards the outside: it is there only where an endpoint of
this kind is set up, on the address that is named, in a process of its own (`notifier_process.py`).
"""

import asyncio
import http
import itertools
import logging
import ssl
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from gateway.core.effects import SendReport
from gateway.core.events import HealthStatus, SendFailed
from gateway.core.values import ReportId
from gateway.receivers.eido.effects import Disconnect, NotifierEffect, Send
from gateway.receivers.eido.listener import ListenerConfig, load, names_of, server_tls
from gateway.receivers.eido.process_protocol import Certificates
from gateway.receivers.eido.subscription import Peer
from gateway.receivers.eido.subscriptions import Subscriptions
from service.guard import guarded
from service.periodic import UNBOUNDED, Periodic
from wire.clean import clean
from wire.ids import EndpointName, Monotonic, Seconds, Wall
from wire.receiver_troubles import EIDO

log = logging.getLogger(__name__)

SUBPROTOCOL: Final = Subprotocol("emergency-ent1.0")
# NENA-STA-024.1: requests up to this size are taken.
LONGEST_REQUEST: Final = 65_536
_MOST_PEERS: Final = 16
# Messages that wait for a subscriber who reads slowly; then it is dropped, to come back.
_MOST_WAITING: Final = 64
_PING_S: Final = 10.0
# A peer that connects and sends nothing makes room for others after this time.
_HANDSHAKE_S: Final = 5.0
_AGAIN_S: Final = Seconds(5.0)


class Notifier:
    """Listens in a thread of its own; `put` gets ResponseReceived, SendFailed and HealthStatus."""

    def __init__(
        self,
        endpoint: EndpointName,
        listener: ListenerConfig,
        certificates: Certificates,
        put: Callable[[Any], None],
    ) -> None:
        self._name = EIDO.name(endpoint)
        self._listener = listener
        self._certificates = certificates
        self._put = put
        self._subscriptions = Subscriptions(lambda: str(uuid.uuid4()), _wall)
        self._peers: dict[Peer, _SubscriberWriter] = {}
        self._numbers = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reported: str | None = ""
        self._tls: ssl.SSLContext | None = None
        self._periodic = Periodic(self._name, _AGAIN_S, self._serve, put, patience=UNBOUNDED)

    def start(self) -> None:
        """Begin to listen; an address that cannot be used is reported, and tried again."""
        self._periodic.start()

    def launch(self, launch: SendReport) -> None:
        """Tell every subscriber; ResponseReceived or SendFailed is put when it is over."""
        if not self._hand_over(lambda: self._subscriptions.launch(launch, _now())):
            self._put(
                SendFailed(
                    launch.flight,
                    f"the EIDO listener has no address {self._listener.host} to listen on",
                )
            )

    def abort(self, flight: ReportId) -> None:
        """Wait for this answer no longer."""
        self._hand_over(lambda: self._subscriptions.abort(flight))

    def preload(self, launch: SendReport) -> None:
        """Keep how an incident stands, for later subscribers; before `start`, or after."""
        if not self._hand_over(lambda: self._subscriptions.preload(launch)):
            self._subscriptions.preload(launch)

    def renew(self, certificates: Certificates) -> None:
        """Take up certificates that have changed, for connections from then on."""
        self._certificates = certificates
        self._hand_over(self._renew)

    def _renew(self) -> None:
        if self._tls:
            load(self._certificates, self._tls)

    def _hand_over(self, ask: Callable[[], Iterable[NotifierEffect] | None]) -> bool:
        """Let the notifier's thread do something; False if it is not there."""
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(guarded(lambda: self._perform(ask() or ()), self._put))
        except RuntimeError:  # it ended between these two lines
            return False
        return True

    def _serve(self) -> None:
        try:
            asyncio.run(self._listen())
        finally:
            self._loop = None

    async def _listen(self) -> None:
        listener = self._listener
        try:
            self._tls = server_tls(self._certificates)
            server = await serve(
                self._attend,
                listener.host,
                listener.port,
                ssl=self._tls,
                ssl_handshake_timeout=_HANDSHAKE_S,
                subprotocols=[SUBPROTOCOL],
                process_request=self._admit,
                max_size=LONGEST_REQUEST,
                max_queue=4,
                compression=None,
                ping_interval=_PING_S,
                ping_timeout=_PING_S,
                server_header=None,
                logger=logging.getLogger("websockets.eido"),
            )
        except OSError as error:
            self._report_status(
                f"{listener.host}:{listener.port} cannot be listened on: {clean(str(error))}"
            )
            return
        async with server:
            self._loop = asyncio.get_running_loop()
            log.info(
                "agencies may subscribe at wss://%s:%d%s",
                listener.host,
                listener.port,
                listener.path,
            )
            self._perform(())
            await server.serve_forever()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let in who comes to the right path and bears one of the names that were agreed."""
        names = names_of(connection.transport.get_extra_info("ssl_object"))
        if request.path != self._listener.path:
            return connection.respond(http.HTTPStatus.NOT_FOUND, "Not found.\n")
        if not names & self._listener.agencies:
            log.warning("EIDO connection refused: %s", clean(", ".join(sorted(names))))
            return connection.respond(http.HTTPStatus.FORBIDDEN, "Unknown agency.\n")
        if len(self._peers) >= _MOST_PEERS:
            return connection.respond(
                http.HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n"
            )
        return None

    async def _attend(self, connection: ServerConnection) -> None:
        peer = Peer(next(self._numbers))
        writer = self._peers[peer] = _SubscriberWriter(connection)
        writing = asyncio.create_task(writer.write())
        try:
            async for text in connection:
                heard = text if isinstance(text, str) else ""
                self._perform(self._subscriptions.received(peer, heard, _now()))
        except ConnectionClosed as error:
            log.info("EIDO subscriber disconnected: %s", clean(str(error)))
        finally:
            writing.cancel()
            del self._peers[peer]
            self._perform(self._subscriptions.disconnected(peer))

    def _perform(self, actions: Iterable[NotifierEffect]) -> None:
        for action in actions:
            if not isinstance(action, Send | Disconnect):
                self._put(action)
            elif writer := self._peers.get(action.peer):
                writer.send(action.text) if isinstance(action, Send) else writer.disconnect(
                    action.reason
                )
        self._report_status(None if self._subscriptions.count else "no agency has subscribed")
        self._schedule_tick()

    def _report_status(self, detail: str | None) -> None:
        """Say how the subscriptions stand, when that has changed."""
        if detail != self._reported:
            self._reported = detail
            self._put(HealthStatus(self._name, detail))

    def _schedule_tick(self) -> None:
        """Come back when an answer or a subscription is due."""
        if self._timer:
            self._timer.cancel()
        due, loop = self._subscriptions.next_due(), asyncio.get_running_loop()
        wake = guarded(lambda: self._perform(self._subscriptions.tick(_now())), self._put)
        self._timer = None if due == float("inf") else loop.call_at(due, wake)


class _SubscriberWriter:
    """One connection, and what waits to be written to it."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    def send(self, text: str) -> None:
        """Hand over a message; never waits."""
        if self._waiting.full():
            self.disconnect("the subscriber reads too slowly")
        else:
            self._waiting.put_nowait(text)

    def disconnect(self, reason: str) -> None:
        """End the connection at once."""
        log.warning("EIDO subscriber disconnected by us: %s", reason)
        self._connection.transport.abort()

    async def write(self) -> None:
        """Write what was handed over, until the connection ends."""
        try:
            while True:
                await self._connection.send(await self._waiting.get())
        except ConnectionClosed:
            return  # its reader sees that, too


def _now() -> Monotonic:
    return Monotonic(time.monotonic())


def _wall(moment: Monotonic) -> Wall:
    return Wall(time.time() - (time.monotonic() - moment))
