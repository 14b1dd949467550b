"""A server is judged by meeting it: a real broker that asks who we are."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.broker import Broker
from service.doctor.finding import Finding
from service.doctor.servers import check_broker
from simulator.broker import free_port
from tests.service.brokers import Authority, new_authority, secure, secure_settings
from tests.waiting import until
from wire.ids import Wall

KINDS = ("certificate", "ours", "ends", "name", "clock", "refused", "unreachable")
CURES = {kind: f"cure of {kind}" for kind in KINDS}


@pytest.fixture
def school() -> Authority:
    return new_authority()


@pytest.fixture
def port(tmp_path: Path, school: Authority) -> Iterator[int]:
    school.sign(tmp_path, "broker")
    port = free_port()
    with secure(tmp_path, port):
        school.sign(tmp_path, "gateway")
        settings = secure_settings(port, tmp_path, "gateway")
        until(lambda: look(settings).verdict == "good")
        yield port


def look(broker: Broker) -> Finding:
    return check_broker("broker", broker, Wall(time.time()), CURES)


def test_the_schools_own_broker_is_good(port: int, tmp_path: Path) -> None:
    assert look(secure_settings(port, tmp_path, "gateway")).verdict == "good"


def test_a_broker_that_does_not_take_our_certificate_is_a_problem(
    port: int, tmp_path: Path
) -> None:
    new_authority().sign(tmp_path / "stranger", "gateway")
    stranger = secure_settings(port, tmp_path / "stranger", "gateway")
    ours = stranger.model_copy(update={"ca": tmp_path / "ca.crt"})
    assert look(ours).cure == "cure of ours"


def test_a_broker_of_another_authority_is_a_problem(port: int, tmp_path: Path) -> None:
    new_authority().sign(tmp_path / "stranger", "gateway")
    found = look(secure_settings(port, tmp_path / "stranger", "gateway"))
    assert found.seen.startswith("certificate: ")
    assert found.cure == "cure of certificate"


def test_a_broker_that_is_not_there_is_a_problem() -> None:
    found = look(Broker(url=f"mqtt://127.0.0.1:{free_port()}"))
    assert found.seen.startswith("refused: nothing listens at 127.0.0.1:")
    assert found.cure == "cure of refused"


def test_an_unknown_name_has_a_cure_of_its_own(tmp_path: Path, school: Authority) -> None:
    school.sign(tmp_path, "gateway")
    ours = secure_settings(8883, tmp_path, "gateway")
    found = look(ours.model_copy(update={"url": "mqtts://no-such-host.invalid:8883"}))
    assert (found.verdict, found.cure) == ("problem", "cure of name")
