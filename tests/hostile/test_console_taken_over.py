"""H61 and H62: a console that was taken over does all that its user may; presses are delivered.

What it may not write is asked of the kernel (systemd/test_users.py).  Reading is enough to lock a
file, and what it leaves for the gateway is its own to choose.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway.config.console_process import folder_of_actions
from gateway.config.settings import GatewaySettings
from gateway.store.action_folder import ActionFolder
from gateway.store.actions import QueuedAction
from gateway.store.read_only import open_read_only
from service.settings import load
from tests.hostile.deployment import A, B, Deployment
from tests.waiting import patience, until
from wire.ids import IncidentId

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def settings_of(lincoln: Deployment) -> GatewaySettings:
    return load(lincoln.made.config, GatewaySettings)


def test_h61_who_locks_the_store_by_reading_it_keeps_no_press_from_the_police(
    lincoln: Deployment,
) -> None:
    lincoln.press(A)
    store = settings_of(lincoln).store.path
    # With a reader open the gateway cannot make itself a new file in the place of the locked one.
    with closing(open_read_only(store)) as reader, Path(f"{store}-shm").open("rb") as held:
        reader.execute("SELECT count(*) FROM alert").fetchone()
        fcntl.lockf(held, fcntl.LOCK_SH)
        took = [lincoln.delivered(B) for _ in range(3)]
        until(lambda: "trouble database" in lincoln.log(), 20)
        until(lambda: f"database is locked: process {os.getpid()} holds it" in lincoln.log(), 20)
    took.append(lincoln.delivered(B))
    assert max(took) < patience(5.0), took
    until(lambda: "trouble database is over" in lincoln.log(), 20)
    lincoln.close()


@contextmanager
def pouring(act: Callable[[int], None]) -> Iterator[None]:
    """Meanwhile `act` is done without end."""
    ended = threading.Event()

    def pour() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            act(number)

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_h62_who_leaves_actions_and_rubbish_without_end_keeps_no_press_from_the_police(
    lincoln: Deployment,
) -> None:
    lincoln.press(A)
    incident = IncidentId(lincoln.endpoint.reports()[-1]["incident"]["id"])
    settings = settings_of(lincoln)
    folder = folder_of_actions(settings.accounts, settings.store)
    left = ActionFolder(folder, lambda _: {})

    def act(number: int) -> None:
        (folder / f"{number}.action").write_bytes(b"{" * 1000)
        left.put([QueuedAction(incident, "message", "Nobody", f"line {number}")])

    with pouring(act):
        took = [lincoln.delivered(B) for _ in range(5)]
    took.append(lincoln.delivered(B))
    assert max(took) < patience(5.0), took
    until(lambda: not list(folder.glob("*.action")), 60)
    lincoln.close()
