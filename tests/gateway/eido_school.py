"""A school whose endpoint takes EIDOs, posted or subscribed to, and the agency's side."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from gateway.receivers.eido.notifier import SUBPROTOCOL
from simulator.broker import free_port
from tests.formats.eido import check
from tests.gateway.endpoint import Endpoint, Handler
from tests.gateway.school import School, school
from tests.service.brokers import new_authority
from tests.waiting import patience, until

ISSUER = {
    "agency": "lincoln.example.k12.us",
    "element": "gw-01.lincoln.example.k12.us",
    "agency_types": ["police.local"],
}
PATH = "/IncidentData/ent"


def take(handler: Handler, body: bytes) -> None:
    """Take an EIDO if it is one."""
    check(json.loads(body))
    handler.answer(201, b"")


@contextmanager
def agency(folder: Path) -> Iterator[School]:
    """A school whose one endpoint takes EIDOs."""
    with Endpoint(take) as good, school(folder, good) as found:
        table = {"name": "psap", "kind": "eido", "url": good.url, **ISSUER}
        found.write({**found.settings(), "endpoint": [table]})
        yield found


@contextmanager
def notifying(folder: Path) -> Iterator[tuple[School, "Psap"]]:
    """A school to whose gateway an agency may subscribe."""
    authority = new_authority()
    for name in ("gateway", "psap"):
        authority.sign(folder, name)
    port = free_port()
    files = {"ca": "ca.crt", "cert": "gateway.crt", "key": "gateway.key"}
    listen = f"wss://127.0.0.1:{port}{PATH}"
    with Endpoint(take) as unused, school(folder, unused) as found:
        table = {"name": "psap", "kind": "eido-notifier", "listen": listen, "agencies": ["psap"]}
        found.write({**found.settings(), "endpoint": [table | files | ISSUER]})
        yield found, Psap(folder, listen)


class Psap:
    """An agency's side."""

    def __init__(self, folder: Path, url: str) -> None:
        self._url = url
        self._tls = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self._tls.load_cert_chain(folder / "psap.crt", folder / "psap.key")

    def _listens(self) -> bool:
        parts = urlsplit(self._url)
        with socket.socket() as probe:
            return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0

    def stranger(self) -> socket.socket:
        """A connection that says nothing."""
        parts = urlsplit(self._url)
        line = socket.socket()
        line.settimeout(patience(1))
        with suppress(OSError):
            line.connect((parts.hostname or "", parts.port or 0))
        return line

    @contextmanager
    def subscribed(self) -> Iterator[ClientConnection]:
        """A connection that has subscribed; its first event is still to come."""
        until(self._listens, within=10)
        with connect(
            self._url, ssl=self._tls, subprotocols=[SUBPROTOCOL], open_timeout=patience(30)
        ) as line:
            ask = {"requestId": "1", "requestType": "EIDO", "requestSubType": "new"}
            line.send(json.dumps({"subscribe": ask}))
            assert (
                json.loads(line.recv(timeout=patience(5)))["subscribeResponse"]["statusCode"] == 200
            )
            yield line


def event(line: ClientConnection, within: float = 5.0) -> Any:
    return json.loads(line.recv(timeout=patience(within)))["event"]


def told(line: ClientConnection) -> Any:
    """The first event that tells of an incident; those that tell of none are answered."""
    while not (found := event(line))["notification"]:
        answer(line, found)
    return found


def answer(line: ClientConnection, to: Any) -> None:
    fields = {"transactionId": to["transactionId"], "statusCode": 200, "statusText": "OK"}
    line.send(json.dumps({"eventResponse": fields}))
