"""The door at which agencies subscribe: WebSocket over mutual TLS.  Decides nothing.

It listens, which nothing else here does towards the outside: it is there only where an endpoint of
this kind is set up, on the address that is named, in a process of its own (process.py).
"""

import asyncio
import http
import itertools
import logging
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from gateway.eido.door import Door, names_of
from gateway.eido.subscription import Peer
from gateway.eido.subscriptions import Action, Drop, Say, Subscriptions
from gateway.work import Condition, Flight, Launch, Unanswered
from service.guard import guarded
from wire.clean import clean
from wire.ids import EndpointName, Monotonic

log = logging.getLogger(__name__)

SUBPROTOCOL: Final = Subprotocol("emergency-ent1.0")
# NENA-STA-024.1: requests up to this size are taken.
LONGEST_REQUEST: Final = 65_536
_MOST_PEERS: Final = 16
# Messages that wait for a subscriber who reads slowly; then it is dropped, to come back.
_MOST_WAITING: Final = 64
_PING_S: Final = 10.0
# Whoever connects and then says nothing is gone soon, for others to come in.
_HANDSHAKE_S: Final = 5.0
_AGAIN_S: Final = 5.0


class Notifier:
    """Listens in a thread of its own; `put` gets Answered, Unanswered and Condition."""

    def __init__(self, endpoint: EndpointName, door: Door, put: Callable[[Any], None]) -> None:
        self._name = f"eido-{endpoint}"
        self._door = door
        self._put = put
        self._subscriptions = Subscriptions(lambda: str(uuid.uuid4()))
        self._peers: dict[Peer, _Line] = {}
        self._numbers = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._told: str | None = ""
        self._tls: ssl.SSLContext | None = None

    def start(self) -> None:
        """Begin to listen; what cannot be listened on is told, and tried again."""
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Tell every subscriber; Answered or Unanswered is put when it is over."""
        if not self._hand_over(lambda: self._subscriptions.launch(launch, _now())):
            self._put(Unanswered(launch.flight, f"{self._door.host} is not listened on"))

    def abort(self, flight: Flight) -> None:
        """Wait for this answer no longer."""
        self._hand_over(lambda: self._subscriptions.abort(flight))

    def know(self, launch: Launch) -> None:
        """Keep how an incident stands, for whoever subscribes; before `start`, or after."""
        if not self._hand_over(lambda: self._subscriptions.know(launch)):
            self._subscriptions.know(launch)

    def renew(self) -> None:
        """Take up certificates that have changed, for whoever connects from then on."""
        self._hand_over(self._renew)

    def _renew(self) -> None:
        if self._tls:
            self._door.fill(self._tls)

    def _hand_over(self, ask: Callable[[], Iterable[Action] | None]) -> bool:
        """Let the notifier's thread do something; False if it is not there."""
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(guarded(lambda: self._do(ask() or ()), self._put))
        except RuntimeError:  # it ended between these two lines
            return False
        return True

    def _run(self) -> None:
        listen = guarded(lambda: asyncio.run(self._listen()), self._put)
        while True:
            listen()
            self._loop = None
            threading.Event().wait(_AGAIN_S)

    async def _listen(self) -> None:
        door = self._door
        try:
            self._tls = door.tls()
            server = await serve(
                self._attend,
                door.host,
                door.port,
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
            self._tell(f"{door.host}:{door.port} cannot be listened on: {clean(str(error))}")
            return
        async with server:
            self._loop = asyncio.get_running_loop()
            log.info("agencies may subscribe at wss://%s:%d%s", door.host, door.port, door.path)
            self._do(())
            await server.serve_forever()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let in who comes to the right path and bears one of the names that were agreed."""
        names = names_of(connection.transport.get_extra_info("ssl_object"))
        if request.path != self._door.path:
            return connection.respond(http.HTTPStatus.NOT_FOUND, "There is no such thing here.\n")
        if not names & self._door.agencies:
            log.warning("turned away: %s", clean(", ".join(sorted(names))))
            return connection.respond(http.HTTPStatus.FORBIDDEN, "This agency is not known here.\n")
        if len(self._peers) >= _MOST_PEERS:
            return connection.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "Too many are here.\n")
        return None

    async def _attend(self, connection: ServerConnection) -> None:
        peer = Peer(next(self._numbers))
        line = self._peers[peer] = _Line(connection)
        writing = asyncio.create_task(line.write())
        try:
            async for text in connection:
                heard = text if isinstance(text, str) else ""
                self._do(self._subscriptions.heard(peer, heard, _now()))
        except ConnectionClosed as error:
            log.info("a subscriber is gone: %s", clean(str(error)))
        finally:
            writing.cancel()
            del self._peers[peer]
            self._do(self._subscriptions.gone(peer))

    def _do(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if not isinstance(action, Say | Drop):
                self._put(action)
            elif line := self._peers.get(action.peer):
                line.say(action.text) if isinstance(action, Say) else line.drop(action.reason)
        self._tell(None if self._subscriptions.count else "no agency has subscribed")
        self._wind()

    def _tell(self, detail: str | None) -> None:
        """Say how the subscriptions stand, when that has changed."""
        if detail != self._told:
            self._told = detail
            self._put(Condition(self._name, detail))

    def _wind(self) -> None:
        """Come back when an answer or a subscription is due."""
        if self._alarm:
            self._alarm.cancel()
        due, loop = self._subscriptions.next_due(), asyncio.get_running_loop()
        wake = guarded(lambda: self._do(self._subscriptions.tick(_now())), self._put)
        self._alarm = None if due == float("inf") else loop.call_at(due, wake)


class _Line:
    """One connection, and what waits to be written to it."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    def say(self, text: str) -> None:
        """Hand over a message; never waits."""
        if self._waiting.full():
            self.drop("it reads too slowly")
        else:
            self._waiting.put_nowait(text)

    def drop(self, reason: str) -> None:
        """End the connection at once."""
        log.warning("a subscriber is dropped: %s", reason)
        self._connection.transport.abort()

    async def write(self) -> None:
        """Write what was handed over, until the connection ends."""
        try:
            while True:
                await self._connection.send(await self._waiting.get())
        except ConnectionClosed:
            return  # whoever reads from it sees that too


def _now() -> Monotonic:
    return Monotonic(time.monotonic())
