"""H70: a strobe, PA or door system was taken over: it hears what it heard before, and silences
nobody.
"""

import os
import signal
import socket
from pathlib import Path

from service.tls import client_tls
from tests.hostile.deployment import SITE, A, B, Deployment, press_of
from tests.hostile.intruder import CONNECT, intruder
from tests.trust.founded import broker_of
from tests.trust.test_listeners import enrolled
from tests.waiting import patience, until
from wire.codec import encode
from wire.topics import alert_topic, progress_topic, state_topic

ROOT = f"tocsin/v1/{SITE}"
DEEP = "/".join("+" * 190)
_FILTER = f"{ROOT}/incident/#".encode()
SUBSCRIBE = bytes([0x82, 6 + len(_FILTER), 0, 1, 0, 0, len(_FILTER)]) + _FILTER + b"\0"


def memory(lincoln: Deployment) -> int:
    """How much the broker holds, in MB."""
    pid = broker_of(lincoln.serving["broker"].pid)
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(each for each in lines if each.startswith("VmRSS")).split()[1]) // 1024


def test_h70_a_listener_that_was_taken_over_silences_nobody(lincoln: Deployment) -> None:
    pa = enrolled(lincoln, "pa-7", "incident,trouble")
    # Its broker knows what it may subscribe to once it has started with it.
    before = lincoln.log().count("broker: connected")
    os.kill(broker_of(lincoln.serving["broker"].pid), signal.SIGTERM)
    until(lambda: lincoln.log().count("broker: connected") > before, 30)
    held = memory(lincoln)
    with intruder(pa) as thief:
        assert thief.wait_for("connected")
        for number in range(300):
            thief.client.subscribe(f"{ROOT}/incident/{DEEP}/{number}")
            thief.client.subscribe(f"{ROOT}/state/x{number}")
            for topic in (f"{ROOT}/incident/x{number}", state_topic(SITE, "incident")):
                thief.publish(topic, b"x" * 8000, qos=0, retain=True)
            thief.publish(alert_topic(SITE, A), encode(press_of(A)), qos=0, retain=True)
            thief.publish(progress_topic(SITE, B), b"{}", qos=0, retain=True)
        assert lincoln.delivered(B) < patience(5.0)
    # And one that reads nothing of what it is told.
    tls = client_tls(pa.ca, pa.cert, pa.key)
    with (
        socket.create_connection((pa.host, pa.port), 5) as line,
        tls.wrap_socket(line, server_hostname=pa.host) as deaf,
    ):
        deaf.sendall(CONNECT[5] + SUBSCRIBE)
        assert lincoln.delivered(A) < patience(5.0)
    assert memory(lincoln) < held + 20
    lincoln.close()
