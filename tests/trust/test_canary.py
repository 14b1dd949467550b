"""The canaries tell an open broker, a deaf one and one that is away from a good one."""

import signal
import subprocess
from collections.abc import Iterator

import pytest

from gateway.app.doctor.forgery import check_forgery
from gateway.trust.broker.acl import access_list
from gateway.trust.broker.files import ACCESS, REVOCATIONS
from gateway.trust.broker.forgery_probe import DEAF, OPEN, UNREACHED, ForgeryProbe
from simulator.process import end, start
from tests.trust.founded import School
from tests.waiting import until
from wire.ids import SiteId

SITE = SiteId("lincoln")


@pytest.fixture
def broker(lincoln: School) -> Iterator["subprocess.Popen[bytes]"]:
    """The broker alone, without the supervisor that would restore its files."""
    configuration = str(lincoln.folder / "broker/mosquitto.conf")
    process = start(["/usr/sbin/mosquitto", "-c", configuration], lincoln.log("mosquitto"))
    yield process
    end(process)


@pytest.fixture
def canary(lincoln: School) -> Iterator[ForgeryProbe]:
    mqtt, trust = lincoln.settings().mqtt, lincoln.settings().trust
    assert mqtt.ca
    assert trust
    assert trust.forgery_probe
    found = ForgeryProbe(SITE, mqtt.url, mqtt.ca, trust.forgery_probe, lambda _: None)
    found.connect()
    yield found
    found.stop()
    until(lambda: not any(link.alive() for link in found.links))


def put_in_place(lincoln: School, broker: "subprocess.Popen[bytes]", name: str, text: str) -> None:
    (lincoln.folder / "broker" / name).write_text(text)
    broker.send_signal(signal.SIGHUP)


def test_a_good_broker_passes_the_word_and_not_the_forged_one(
    broker: "subprocess.Popen[bytes]", canary: ForgeryProbe
) -> None:
    until(lambda: canary.prove() is None, within=10.0)
    assert canary.prove() is None


@pytest.mark.parametrize("text", ["rubbish\n", "pattern readwrite #\n"])
def test_a_broker_that_opened_itself_is_caught(
    lincoln: School, broker: "subprocess.Popen[bytes]", canary: ForgeryProbe, text: str
) -> None:
    until(lambda: canary.prove() is None, within=10.0)
    put_in_place(lincoln, broker, ACCESS, text)
    until(lambda: canary.prove() == OPEN, within=10.0)


def test_a_broker_that_passes_nothing_is_caught(
    lincoln: School, broker: "subprocess.Popen[bytes]", canary: ForgeryProbe
) -> None:
    until(lambda: canary.prove() is None, within=10.0)
    put_in_place(lincoln, broker, ACCESS, "user canary-a\ntopic deny #\n")
    until(lambda: canary.prove() == DEAF, within=10.0)


def test_a_broker_that_is_away_is_caught(canary: ForgeryProbe) -> None:
    assert canary.prove() == UNREACHED


def test_a_gateway_makes_it_a_trouble_within_15_s(
    lincoln: School, broker: "subprocess.Popen[bytes]"
) -> None:
    lincoln.start("run")
    log = lincoln.log("run")
    until(lambda: "broker: connected" in log.read_text(), within=10.0)
    put_in_place(lincoln, broker, ACCESS, "rubbish\n")
    until(lambda: f"trouble broker-forgery: {OPEN}" in log.read_text(), within=15.0)


def test_the_supervisor_restores_files_that_would_open_the_broker(
    lincoln: School, canary: ForgeryProbe
) -> None:
    lincoln.start("broker")
    until(lambda: canary.prove() is None, within=10.0)
    for name in (ACCESS, REVOCATIONS):
        (lincoln.folder / "broker" / name).write_text("rubbish\n")
    until(
        lambda: (lincoln.folder / "broker" / ACCESS).read_text() == access_list(SITE, []),
        within=5.0,
    )
    assert canary.prove() is None


def test_a_bad_list_that_is_published_is_refused_and_the_broker_stays_closed(
    lincoln: School, canary: ForgeryProbe
) -> None:
    lincoln.start("broker")
    (lincoln.folder / "published/revoked.crl").write_text("rubbish\n")
    until(lambda: "refused" in lincoln.log("broker").read_text(), within=5.0)
    assert b"BEGIN X509 CRL" in (lincoln.folder / "broker" / REVOCATIONS).read_bytes()
    until(lambda: canary.prove() is None, within=10.0)


def test_the_doctor_proves_it_once(lincoln: School) -> None:
    assert [each.verdict for each in check_forgery(lincoln.settings())] == ["problem"]
    lincoln.start("broker")
    until(lambda: check_forgery(lincoln.settings())[0].verdict == "good", within=20.0)
