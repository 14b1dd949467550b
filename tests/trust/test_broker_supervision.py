"""The broker's supervisor: what passes no messages is replaced, and nothing else."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import SUPERVISOR, canary_topic
from gateway.trust.broker.process import BrokerProcess
from gateway.trust.broker.round_trip import RoundTrip
from gateway.trust.broker.supervisor import BrokerSupervisor
from service.threaded_link import ThreadedLink
from tests.faults.disk import hanging_disk
from tests.trust.founded import School, broker_of, school
from tests.waiting import until
from wire.ids import Monotonic, SiteId, UnitId
from wire.topics import alert_topic

SITE = SiteId("lincoln")
TOPIC = f"{canary_topic(SITE, SUPERVISOR)}/word"
MESSAGES = 2000


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as made:
        yield made


@pytest.fixture
def supervisor(lincoln: School) -> "subprocess.Popen[bytes]":
    return lincoln.start("broker")


def broker(supervisor: "subprocess.Popen[bytes]") -> int:
    return until(lambda: broker_of(supervisor.pid))


def test_the_broker_is_not_given_systemds_socket(
    lincoln: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/nobody-listens")
    process = Path("/proc", str(broker(lincoln.start("broker"))))
    until(lambda: b"mosquitto" in (process / "cmdline").read_bytes())
    assert b"NOTIFY_SOCKET" not in (process / "environ").read_bytes()


@contextmanager
def starting(lincoln: School, seconds: int) -> Iterator[BrokerSupervisor]:
    """A supervisor in this process, of a broker that needs so long until it listens."""
    folder, password = lincoln.folder / "broker", "secret"
    entry = broker_files.password_entry(SUPERVISOR, password)
    (folder / broker_files.PASSWORDS).write_text(entry)
    through = ["sh", "-c", f'sleep {seconds}; exec "$@"', "sh"]
    made = BrokerSupervisor(BrokerProcess(folder, through), RoundTrip(folder, TOPIC, password))
    yield made
    made.stop()


def turns(made: BrokerSupervisor) -> bool:
    made.turn(Monotonic(time.monotonic()))
    return made.passes_messages


def test_a_frozen_broker_is_replaced_within_15_s(supervisor: "subprocess.Popen[bytes]") -> None:
    frozen = broker(supervisor)
    os.kill(frozen, signal.SIGSTOP)
    until(lambda: broker_of(supervisor.pid) not in (0, frozen), within=15)


def test_a_frozen_broker_is_replaced_while_the_disk_hangs(
    lincoln: School, supervisor: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    frozen = broker(supervisor)
    with hanging_disk(supervisor.pid, tmp_path / "strace"):
        (lincoln.folder / "revoked").write_text("lincoln-204\n")
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: broker_of(supervisor.pid) not in (0, frozen), within=20)


def test_a_storm_of_two_thousand_messages_costs_no_broker(
    lincoln: School, supervisor: "subprocess.Popen[bytes]"
) -> None:
    busy = broker(supervisor)
    came: list[object] = []
    topic = alert_topic(SITE, UnitId("gateway"))
    link = ThreadedLink("storm", lincoln.identity("gateway"), "gateway", [topic], came.append)
    link.start()
    until(lambda: link.up, within=10)
    for _ in range(MESSAGES):
        link.publish_qos0(topic, b"x" * 1000)
    until(lambda: len(came) > MESSAGES, within=30)
    link.stop()
    assert broker_of(supervisor.pid) == busy


def test_a_broker_that_is_slow_to_start_is_waited_for(lincoln: School) -> None:
    with starting(lincoln, 12) as made:
        turns(made)
        began = time.monotonic()
        until(lambda: turns(made), within=30, every=0.5)
        assert time.monotonic() - began > 11  # so it was the first one


def test_a_killed_broker_is_started_again(supervisor: "subprocess.Popen[bytes]") -> None:
    for _ in range(3):
        killed = broker(supervisor)
        os.kill(killed, signal.SIGKILL)
        until(lambda: broker_of(supervisor.pid) not in (0, killed), within=10)  # noqa: B023


@pytest.mark.parametrize(("password", "answer"), [("secret", "Success"), ("guessed", "Not auth")])
def test_nobody_enters_by_the_supervisors_door_without_its_password(
    lincoln: School, monkeypatch: pytest.MonkeyPatch, password: str, answer: str
) -> None:
    monkeypatch.chdir(lincoln.folder / "broker")  # the name of a socket may not be long
    heard: list[str] = []
    visitor = Client(CallbackAPIVersion.VERSION2, transport="unix", protocol=MQTTv5)
    visitor.username_pw_set(SUPERVISOR, password)
    visitor.on_connect = lambda *said: heard.append(str(said[3]))
    with starting(lincoln, 0) as made:
        until(lambda: turns(made), within=10, every=0.1)
        visitor.connect(broker_files.SOCKET, port=1)
        until(lambda: visitor.loop(0.1) or heard, within=10)
        visitor.disconnect()
    assert heard[0].startswith(answer)


def test_a_file_of_passwords_that_shuts_the_supervisor_out_is_mended(
    lincoln: School, supervisor: "subprocess.Popen[bytes]"
) -> None:
    path = lincoln.folder / "broker" / broker_files.PASSWORDS
    good = path.read_text()
    path.write_text("rubbish\n")
    until(lambda: path.read_text() == good)
