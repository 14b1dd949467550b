"""The server for agencies, on a real socket with mutual TLS, and a WebSocket client of others."""

import itertools
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.core.effects import SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.eido.listener import CertificateFiles, ListenerConfig
from gateway.receivers.eido.notifier import LONGEST_REQUEST, SUBPROTOCOL, Notifier
from simulator.broker import free_port
from tests.service.brokers import Authority, Heard, new_authority
from tests.waiting import patience, until
from wire.ids import EndpointName, IncidentId, Seconds
from wire.receiver_troubles import EIDO

PATH = "/IncidentData/ent"
SUBSCRIBE = {
    "subscribe": {"requestId": "1", "requestType": "EIDO", "requestSubType": "new", "expires": 3600}
}


class Agency:
    """A notifier that listens, and the certificates to come in with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = new_authority()
        self.authority.sign(folder, "gateway")
        self.authority.sign(folder, "psap")
        self.port = free_port()
        names = ("ca.crt", "gateway.crt", "gateway.key")
        self.files = CertificateFiles(*(folder / name for name in names))
        config = ListenerConfig("127.0.0.1", self.port, PATH, frozenset({"psap"}))
        self.versions = itertools.count(1)
        self.heard = Heard()
        name, held = EndpointName("county-psap"), self.files.read()
        self.notifier = Notifier(name, config, held, self.heard.queue.put)
        self.notifier.start()
        assert self.heard.next(HealthStatus).detail == "no agency has subscribed"

    def connect(
        self, name: str = "psap", path: str = PATH, protocol: str = SUBPROTOCOL
    ) -> ClientConnection:
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        if name:
            context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        return connect(
            f"wss://127.0.0.1:{self.port}{path}",
            ssl=context,
            subprotocols=[Subprotocol(protocol)],
            open_timeout=patience(20),
        )

    def launch(self, body: str = '{"v":1}') -> ReportId:
        flight = ReportId(ChannelId("county-psap"), IncidentId("i-1"), next(self.versions))
        self.notifier.launch(SendReport(flight, body, Seconds(4.0)))
        return flight


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Agency:
    return Agency(tmp_path_factory.mktemp("agency"))


@pytest.fixture
def psap(agency: Agency) -> Iterator[ClientConnection]:
    """A subscriber that has answered its first event."""
    with agency.connect() as line:
        say(line, SUBSCRIBE)
        assert hear(line)["subscribeResponse"]["statusCode"] == 200
        take(line, hear(line)["event"])
        agency.heard.all_now()
        yield line


def say(line: ClientConnection, message: Any) -> None:
    line.send(json.dumps(message))


def hear(line: ClientConnection) -> Any:
    return json.loads(line.recv(timeout=patience(5)))


def take(line: ClientConnection, event: Any, status: int = 200) -> None:
    answer = {"transactionId": event["transactionId"], "statusCode": status, "statusText": "OK"}
    say(line, {"eventResponse": answer})


def test_a_subscriber_is_notified_and_its_answer_is_the_receipt(
    agency: Agency, psap: ClientConnection
) -> None:
    flight = agency.launch('{"$id":"x"}')
    event = hear(psap)["event"]
    assert event["notification"] == [{"$id": "x"}]
    assert agency.heard.all_now() == [], "nothing is taken before it is answered"
    take(psap, event)
    heard = agency.heard.next(ResponseReceived)
    assert heard._replace(exchanges=()) == ResponseReceived(flight, 200, b"")
    (exchange,) = heard.exchanges
    assert json.loads(exchange.document)["event"] == event


def test_when_the_last_subscriber_is_gone_that_is_told_before_any_alert(
    agency: Agency, psap: ClientConnection
) -> None:
    psap.close()
    assert agency.heard.next(HealthStatus) == HealthStatus(
        EIDO.name("county-psap"), "no agency has subscribed"
    )
    agency.launch()
    assert agency.heard.next(SendFailed).reason == "no agency has subscribed"


def test_a_document_of_megabytes_arrives_whole(agency: Agency, psap: ClientConnection) -> None:
    body = json.dumps({"words": "x" * 900_000})
    agency.launch(body)
    event = hear(psap)["event"]
    assert event["notification"] == [json.loads(body)]
    take(psap, event)
    assert agency.heard.next(ResponseReceived).status == 200


@pytest.mark.parametrize("name", ["gateway", ""])
def test_who_was_not_agreed_on_is_not_let_in(agency: Agency, name: str) -> None:
    with pytest.raises((OSError, ConnectionClosed, InvalidHandshake)):
        agency.connect(name)


def test_a_certificate_of_another_authority_is_not_let_in(agency: Agency, tmp_path: Path) -> None:
    other: Authority = new_authority()
    other.sign(tmp_path, "psap")
    (tmp_path / "ca.crt").write_bytes((agency.folder / "ca.crt").read_bytes())
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
    context.load_cert_chain(tmp_path / "psap.crt", tmp_path / "psap.key")
    with pytest.raises((OSError, ConnectionClosed, InvalidHandshake)):
        connect(f"wss://127.0.0.1:{agency.port}{PATH}", ssl=context, open_timeout=patience(5))


def test_another_path_or_another_protocol_is_refused(agency: Agency) -> None:
    with pytest.raises(InvalidStatus, match="404"):
        agency.connect(path="/")
    with pytest.raises(InvalidStatus, match="400"):
        agency.connect(protocol="other")


def test_a_request_of_the_agreed_size_is_taken_and_a_longer_one_ends_the_connection(
    agency: Agency, psap: ClientConnection
) -> None:
    head = '{"requestForService":{"requestId":"9","x":"'
    psap.send(f'{head}{"x" * (LONGEST_REQUEST - len(head) - 3)}"}}}}')
    assert hear(psap)["response"] == {
        "requestId": "9", "statusCode": 501, "statusText": "Not implemented",
    }  # fmt: skip
    with pytest.raises(ConnectionClosed):
        exchange(agency, "x" * (LONGEST_REQUEST + 1))


@pytest.mark.parametrize("rubbish", ["rubbish", b"\x00\x01"])
def test_rubbish_is_answered_with_400_and_the_connection_stays(
    agency: Agency, psap: ClientConnection, rubbish: str | bytes
) -> None:
    psap.send(rubbish)
    assert hear(psap)["response"]["statusCode"] == 400
    agency.launch()
    take(psap, hear(psap)["event"])
    assert agency.heard.next(ResponseReceived).status == 200


def test_a_renewed_certificate_is_shown_to_the_next_connection(
    agency: Agency, psap: ClientConnection
) -> None:
    def shown() -> bytes | None:
        with agency.connect() as line:
            assert isinstance(line.socket, ssl.SSLSocket)
            return line.socket.getpeercert(binary_form=True)

    before = shown()
    agency.authority.sign(agency.folder, "gateway")
    agency.notifier.renew(agency.files.read())
    until(lambda: shown() != before)
    agency.launch()
    take(psap, hear(psap)["event"])
    assert agency.heard.next(ResponseReceived).status == 200, "an open connection stays"


def exchange(agency: Agency, message: str | bytes) -> Any:
    """Say `message` on a connection of its own; return what is said to that."""
    with agency.connect() as line:
        line.send(message)
        return hear(line)


def test_a_port_that_is_taken_is_told_and_reports_come_back_unanswered(tmp_path: Path) -> None:
    taken = Agency(tmp_path)
    notes: SimpleQueue[Any] = SimpleQueue()
    second = Notifier(
        EndpointName("second"), taken.notifier._listener, taken.files.read(), notes.put
    )
    second.launch(SendReport(ReportId(ChannelId("w"), IncidentId("i"), 1), "{}", Seconds(4.0)))
    assert "no address" in notes.get(timeout=patience(5)).reason
    second.start()
    assert "cannot be listened on" in notes.get(timeout=patience(5)).detail
