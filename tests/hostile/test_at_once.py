"""Five attacks at once for a minute, beside a room whose button is pressed again and again."""

import json
import re
import resource
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.hostile.deployment import A, B, Deployment
from tests.hostile.memory import MEGABYTE, forget_highest, highest
from tests.hostile.test_codes import door, guess
from tests.hostile.test_connections import UNIT, idling, restart, subscribing
from tests.hostile.test_quantity import flooding, reporting_to
from tests.police.school import Receiver, receiving
from tests.waiting import patience, until

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LASTS_S = 60.0
# Of broker, gateway, receiver and console; measured: 57, 65, 53 and 65.
MOST_MB = (96, 100, 100, 100)
# Slow enough to last as long, and far more than a school has presses.
ALERTS = 20_000


@contextmanager
def guessing(lincoln: Deployment) -> Iterator[None]:
    """Meanwhile somebody guesses codes at the authority, from ever other addresses."""
    over = threading.Event()

    def attack() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with suppress(OSError, ValueError), door(lincoln, f"127.0.1.{number % 200 + 1}") as ask:
                for _ in range(20):
                    ask("/join", guess())

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def silent(receiver: Receiver, connections: int) -> Iterator[None]:
    """Meanwhile somebody holds so many connections to the receiver, and says nothing on them."""
    with ExitStack() as stack:
        for _ in range(connections):
            stack.enter_context(socket.create_connection(("127.0.0.1", receiver.port)))
        yield


def pressed(receiver: Receiver) -> int:
    """How many presses of B the receiver has written down: those of one alert count once."""
    db = sqlite3.connect(receiver.folder / "police.db")
    with closing(db):
        found = [json.loads(row) for (row,) in db.execute("SELECT detail FROM alert")]
    return sum(each["presses"] for each in found if each["unit"] == B)


@pytest.mark.alone
def test_h56_a_room_is_heard_beside_five_attacks_at_once(
    lincoln: Deployment, tmp_path: Path
) -> None:
    broker = restart(lincoln)
    files = int(re.findall(r"(?m)^LimitNOFILE=(\d+)$", UNIT)[0])
    resource.prlimit(broker, resource.RLIMIT_NOFILE, (files, files))
    console = lincoln.made.start("console")
    with receiving(tmp_path) as receiver, reporting_to(lincoln, receiver):
        took: list[float] = []
        of = (broker, lincoln.gateway.pid, receiver.process.pid, console.pid)
        for each in of:
            forget_highest(each)
        with (
            subscribing(lincoln.identity(A)),
            idling(lincoln.identity(B), 1100),
            silent(receiver, 300),
            guessing(lincoln),
            flooding(lincoln, ALERTS),
        ):
            ends = time.monotonic() + LASTS_S
            while time.monotonic() < ends:
                took.append(lincoln.delivered(B))
        took.append(lincoln.delivered(B))
        held = [highest(each) for each in of]
        print(f"{len(took)} presses, slowest {max(took):.2f} s, MB {[h // MEGABYTE for h in held]}")
        assert max(took) < patience(5.0), took
        assert all(each < most * MEGABYTE for each, most in zip(held, MOST_MB, strict=True)), held
        until(lambda: pressed(receiver) == len(took), 20)
        lincoln.close()
