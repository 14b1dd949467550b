"""H46 and H47: one peer that takes more of the broker than everybody else together."""

import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.broker import Broker
from service.tls import client_tls
from tests.hostile.deployment import A, B, Deployment
from tests.hostile.memory import MEGABYTE, highest
from tests.trust.founded import broker_of
from tests.waiting import patience, until

# As deep as Mosquitto takes it.
DEEP = "/a" * 190
# A process of its own: in ours, select() could wait for no further file.
IDLE = """
import socket, sys
host, port, count = sys.argv[1:]
held = [socket.create_connection((host, int(port))) for _ in range(int(count))]
print("connected", flush=True)
sys.stdin.read()
"""
UNIT = Path("systemd/tocsin-broker.service").read_text(encoding="utf-8")


def restart(lincoln: Deployment) -> int:
    """Start the broker again, as after a reboot: it knows who has joined; return its process."""
    supervisor = lincoln.serving["broker"]
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(10)
    lincoln.made.log("broker").unlink()
    before = lincoln.log().count("broker: connected")
    lincoln.serving["broker"] = lincoln.made.start("broker")
    until(lambda: lincoln.log().count("broker: connected") > before, 20)
    return until(lambda: broker_of(lincoln.serving["broker"].pid))


def text(words: str) -> bytes:
    return struct.pack(">H", len(words)) + words.encode()


def packet(kind: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while left > 127:
        length, left = length + bytes([left % 128 | 128]), left // 128
    return bytes([kind]) + length + bytes([left]) + body


def subscribe(number: int) -> bytes:
    """Forty filters that nobody has subscribed to before."""
    filters = b"".join(text(f"{number}-{each}{DEEP}") + b"\1" for each in range(40))
    return packet(0x82, struct.pack(">H", number % 65535 + 1) + b"\0" + filters)


@contextmanager
def subscribing(identity: Broker) -> Iterator[None]:
    """Meanwhile a unit subscribes to whatever comes to its mind, and connects again when cut."""
    over, tls = threading.Event(), client_tls(identity.ca, identity.cert, identity.key)
    hello = packet(0x10, text("MQTT") + b"\5\2\0\x1e\0" + text("x"))

    def attack() -> None:
        number = 0
        while not over.is_set():
            with (
                suppress(OSError),
                socket.create_connection((identity.host, identity.port)) as raw,
                tls.wrap_socket(raw, server_hostname=identity.host) as line,
            ):
                line.settimeout(patience(5))
                line.sendall(hello)
                while not over.is_set():
                    number += 1
                    line.sendall(subscribe(number))
                    line.recv(65536)

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def idling(identity: Broker, connections: int) -> Iterator[None]:
    """Meanwhile a process has so many connections and says nothing on them, not even of TLS."""
    words = [sys.executable, "-c", IDLE, identity.host, str(identity.port), str(connections)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == b"connected\n"
        try:
            yield
        finally:
            process.stdin.close()


def test_h46_a_unit_that_subscribes_to_everything_keeps_no_other_waiting(
    lincoln: Deployment,
) -> None:
    broker = restart(lincoln)
    with subscribing(lincoln.identity(A)):
        took = [lincoln.delivered(B) for _ in range(20)]
        held = highest(broker)
    took.append(lincoln.delivered(B))
    assert max(took) < patience(5.0), took
    assert held < 64 * MEGABYTE
    assert broker_of(lincoln.serving["broker"].pid) == broker


def test_h47_1100_connections_without_a_word_keep_no_unit_out(lincoln: Deployment) -> None:
    broker = broker_of(lincoln.serving["broker"].pid)
    files = int(re.findall(r"(?m)^LimitNOFILE=(\d+)$", UNIT)[0])
    resource.prlimit(broker, resource.RLIMIT_NOFILE, (files, files))
    with idling(lincoln.identity(B), 1100):
        took = lincoln.delivered(B)
    assert max(took, lincoln.delivered(B)) < patience(5.0)
