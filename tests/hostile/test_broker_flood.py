"""H58: the first gateway's broker is taken over, and pours messages over the second gateway."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.app.inbox import Inbox
from service.events import LinkUp, MessageReceived
from service.polled_link import PolledLink
from simulator.broker import free_port
from simulator.process import end, start
from tests.service.brokers import linked, new_authority, plain, secure_settings
from tests.waiting import patience, until

ALERT = "tocsin/v1/lincoln/up/lincoln-204/alert"


@contextmanager
def pouring(folder: Path) -> Iterator[int]:
    port, module = free_port(), "tests.hostile.pouring_broker"
    argv = [sys.executable, "-m", module, str(folder), str(port)]
    process = start(argv, folder / "pouring.log")
    try:
        yield port
    finally:
        end(process)


def test_what_our_own_broker_brings_is_read_within_a_second_of_it(tmp_path: Path) -> None:
    authority, inbox = new_authority(), Inbox()
    for name in ("broker", "gateway"):
        authority.sign(tmp_path, name)
    with pouring(tmp_path) as port, plain(tmp_path) as own:
        theirs = secure_settings(port, tmp_path, "gateway")
        links = [
            PolledLink("other-gateway", theirs, "standby", ["t"], inbox.put, inbox.wake),
            PolledLink("broker", own.settings, "gateway", [ALERT], inbox.put, inbox.wake),
        ]
        for link in links:
            inbox.watch(link)
            link.start()
        slowest = 0.0

        def taken(kind: type[LinkUp | MessageReceived], of: str) -> bool:
            nonlocal slowest
            began = time.monotonic()
            events = inbox.take(0.1, 2048)
            slowest = max(slowest, time.monotonic() - began)
            return any(isinstance(each, kind) and each.link == of for each in events)

        until(lambda: taken(LinkUp, "broker"))
        until(lambda: taken(MessageReceived, "other-gateway"))
        with linked(own.settings, "unit") as (unit, heard):
            heard.next(LinkUp)
            slowest = 0.0
            assert unit.publish(ALERT, b"help")
            until(lambda: taken(MessageReceived, "broker"), within=1.0)
        assert slowest < patience(1)
        for link in links:
            link.stop()
