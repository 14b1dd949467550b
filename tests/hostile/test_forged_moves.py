"""H73: who forges moves of alerts between incidents: a unit, and a console that was taken over."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.config.console_process import folder_of_actions
from gateway.config.settings import GatewaySettings
from gateway.console.rates import MOST_A_MINUTE
from gateway.core.incidents.announcements import moved
from gateway.store.actions import QueuedAction
from gateway.store.left_action import write_action
from service.folder import make_folder
from service.settings import load
from tests.hostile.deployment import SITE, A, B, Deployment
from tests.hostile.intruder import intruder
from tests.waiting import patience, until
from wire.ids import AlertId, IncidentId, Wall
from wire.moves import Move
from wire.topics import heartbeat_topic, standby_topic

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@contextmanager
def moving(lincoln: Deployment) -> Iterator[list[int]]:
    """Meanwhile a console splits what is open off and joins it again, without end."""
    settings = load(lincoln.made.config, GatewaySettings)
    folder = folder_of_actions(settings.accounts, settings.store)
    make_folder(folder)
    over, moves = threading.Event(), [0]

    def move() -> None:
        while not over.wait(0.005):
            newest = lincoln.endpoint.reports()[-1]
            incident = IncidentId(newest["incident"]["id"])
            for each in newest["alerts"]:
                moves[0] += 1
                apart = IncidentId(str(uuid.uuid4()))
                seen = {each["id"]: each["presses"]}
                split = QueuedAction(incident, "split", "Ann", "", seen=seen, detail=apart)
                back = QueuedAction(apart, "join", "Ann", "", seen=seen, detail=incident)
                for action in (split, back):
                    name = f"{time.time_ns():020}-{uuid.uuid4()}.action"
                    (lincoln.folder / "next").write_bytes(write_action(action))
                    (lincoln.folder / "next").rename(folder / name)

    thread = threading.Thread(target=move)
    thread.start()
    try:
        yield moves
    finally:
        over.set()
        thread.join()


def test_h73_a_console_that_splits_and_joins_without_end_makes_few_incidents_and_no_press_late(
    lincoln: Deployment,
) -> None:
    lincoln.press(A)
    before, began, took = len(lincoln.incidents()), time.monotonic(), list[float]()
    with moving(lincoln) as moves:
        until(lambda: "split: more often than people do" in lincoln.log(), 30)
        while time.monotonic() - began < 15:
            took.append(lincoln.delivered(B))
    took.append(lincoln.delivered(B))
    made = len(lincoln.incidents()) - before
    print(f"{moves[0]} moves, {len(took)} presses, slowest {max(took):.2f} s, {made} incidents")
    assert max(took) < patience(5.0), took
    minutes = 1 + (time.monotonic() - began) // 60
    assert made <= minutes * MOST_A_MINUTE
    until(lambda: "trouble console-actions" in lincoln.log(), 20)
    lincoln.close()


def test_h73_a_unit_moves_nothing(lincoln: Deployment) -> None:
    told = lincoln.press(B)
    incident = IncidentId(lincoln.endpoint.reports()[-1]["incident"]["id"])
    apart = IncidentId(str(uuid.uuid4()))
    forged = Move(2**62, apart, incident, "Ann", Wall(time.time()))
    with intruder(lincoln.identity(A)) as unit:
        assert unit.wait_for("connected")
        for each in moved(SITE, forged, {AlertId(told["id"]): 1}):
            own = heartbeat_topic(SITE, A).replace("/heartbeat", "/incident")
            for topic in (each.topic, standby_topic(SITE), own):
                unit.publish(topic, each.payload, seal=lincoln.seal(A, topic, each.payload))
    lincoln.press(A)
    assert apart not in lincoln.incidents()
    newest = [each for each in lincoln.endpoint.reports() if each["incident"]["id"] == incident]
    assert told["id"] in {each["id"] for each in newest[-1]["alerts"]}
    lincoln.close()
