"""The link under TLS: both sides show a certificate, and a foreign authority's is refused."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.broker import Broker
from service.events import LinkDown, LinkUp, MessageReceived
from service.threaded_link import ThreadedLink
from simulator.broker import free_port
from tests.service.brokers import linked, new_authority, secure, secure_settings
from tests.waiting import until

# paho leaves the socket of a failed handshake to Python's reference counts, which close it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a running broker, and the folder with its and its unit's certificates."""
    folder, port = tmp_path_factory.mktemp("school"), free_port()
    authority = new_authority()
    for name in ("broker", "unit"):
        authority.sign(folder, name)
    with secure(folder, port):
        until(lambda: answers(port))
        yield port, folder


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    new_authority().sign(folder, "unit")
    return folder


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def why_down(broker: Broker) -> str:
    with linked(broker, "unit") as (link, heard):
        reason = heard.next(LinkDown).reason
        assert not link.up
        assert not any(isinstance(event, LinkUp) for event in heard.all_now())
        return reason


def test_with_certificates_of_one_authority_the_link_stands(school: tuple[int, Path]) -> None:
    port, folder = school
    with linked(secure_settings(port, folder, "unit"), "unit", "a") as (link, heard):
        heard.next(LinkUp)
        assert link.publish("a", b"secret")
        assert heard.next(MessageReceived).payload == b"secret"


def test_a_broker_of_a_foreign_authority_is_refused(
    school: tuple[int, Path], foreign: Path
) -> None:
    mixed = secure_settings(school[0], school[1], "unit").model_copy(
        update={"ca": foreign / "ca.crt"}
    )
    assert why_down(mixed).startswith("certificate: the one of 127.0.0.1:")


def test_a_broker_refuses_a_unit_of_a_foreign_authority_and_the_reason_helps(
    school: tuple[int, Path], foreign: Path
) -> None:
    mixed = secure_settings(school[0], foreign, "unit").model_copy(
        update={"ca": school[1] / "ca.crt"}
    )
    assert why_down(mixed).startswith("certificate: the broker closed the connection when it saw")


def test_a_link_that_is_stopped_while_it_is_refused_ends(
    school: tuple[int, Path], foreign: Path
) -> None:
    mixed = secure_settings(school[0], foreign, "unit").model_copy(
        update={"ca": school[1] / "ca.crt"}
    )
    # Within the callback, after which paho forgets it.
    link = ThreadedLink("broker", mixed, "unit", [], lambda _: link.stop())
    link.start()
    until(lambda: not link.alive())


def test_a_broker_under_another_name_than_its_certificate_says_is_refused(
    school: tuple[int, Path],
) -> None:
    other = secure_settings(school[0], school[1], "unit").model_copy(
        update={"url": f"mqtts://localhost:{school[0]}"}
    )
    assert why_down(other).startswith("name: the certificate of localhost:")


def test_a_broker_that_speaks_no_tls_is_refused(school: tuple[int, Path]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        settings = secure_settings(plain.getsockname()[1], school[1], "unit")
        with linked(settings, "unit") as (_, heard):
            connection, _ = plain.accept()
            assert connection.recv(1) == b"\x16"  # a TLS handshake, and no MQTT
            connection.sendall(b"\x20\x02\x00\x00")
            connection.close()
            assert heard.next(LinkDown).reason.startswith("refused: ")


def test_a_key_that_is_not_the_certificates_own_is_told_before_the_start(
    school: tuple[int, Path], foreign: Path
) -> None:
    mixed = secure_settings(school[0], school[1], "unit").model_copy(
        update={"key": foreign / "unit.key"}
    )
    with pytest.raises(ssl.SSLError), linked(mixed, "unit"):
        pass
