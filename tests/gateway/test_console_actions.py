"""What the console leaves for the gateway: taken once, judged as a stranger's word, bounded."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.core.site import MovedPlaces, Place
from gateway.store.actions import SCHOOL, QueuedAction
from gateway.store.left_action import LARGEST, read_action, write_action
from tests.gateway.left_actions import ALERT, GOOD, INCIDENT, Gateway, named
from wire.errors import WireError
from wire.ids import CameraId, MarkId, RoomId
from wire.mark_fields import Marking
from wire.stage import Answer

STRANGE: list[Any] = [
    [],
    {**GOOD, "what": "test-receivers"},
    {**GOOD, "what": "link-made"},
    {**GOOD, "what": "delivered"},
    {**GOOD, "side": 0},
    {**GOOD, "side": True},
    {**GOOD, "by": ""},
    {**GOOD, "by": "A" * 81},
    {**GOOD, "text": "x" * 501},
    {**GOOD, "incident": "../incident"},
    {**GOOD, "detail": "x" * 41},
    {**GOOD, "what": "mark"},
    {**GOOD, "mark": {"id": "33333333-3333-4333-8333-333333333333"}},
    {**GOOD, "what": "edit-plan", "rooms": {"204": [50, 101]}},
    {**GOOD, "what": "edit-plan", "rooms": {"204": [50, 10**400]}},
    {**GOOD, "what": "edit-plan", "rooms": {"204": [50, float("nan")]}},
    {**GOOD, "what": "edit-plan", "cameras": {f"c-{each}": [1, 1] for each in range(2001)}},
    {key: value for key, value in GOOD.items() if key != "text"},
]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    made = Gateway(tmp_path)
    yield made
    made.disk.store.stop(within=2.0)


def test_an_action_is_taken_with_what_its_person_saw_and_its_file_removed(
    gateway: Gateway,
) -> None:
    gateway.console.put([QueuedAction(INCIDENT, "acknowledge", "Ann", side=Answer.RECEIVER)])
    assert gateway.take() == []
    heard = gateway.heard()
    assert (heard.incident, heard.what, heard.by) == (INCIDENT, "acknowledge", "Ann")
    assert (heard.side, heard.known, heard.seen) == (Answer.RECEIVER, "link", {ALERT: 2})


def test_a_file_that_a_power_cut_brought_back_is_taken_once(gateway: Gateway) -> None:
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "we are safe")])
    (left,) = gateway.folder.iterdir()
    content = left.read_bytes()
    gateway.take()
    left.write_bytes(content)
    assert gateway.take() == []
    assert gateway.rows() == 1


def test_every_action_of_a_page_is_read_as_it_was_written() -> None:
    marking = Marking(MarkId("33333333-3333-4333-8333-333333333333"))
    moved = MovedPlaces({RoomId("204"): Place(1.0, 2.5)}, {CameraId("hall-2"): Place(0.0, 100.0)})
    seen = {ALERT: 3}
    for action in (
        QueuedAction(INCIDENT, "close", "Ann", "note", seen=seen, detail="real"),
        QueuedAction(INCIDENT, "take-back", "Ann", seen=seen, marking=marking),
        QueuedAction(SCHOOL, "edit-plan", "Ann", "204", seen=seen, moved=moved),
    ):
        assert read_action(write_action(action)) == action


@pytest.mark.parametrize("told", STRANGE, ids=range(len(STRANGE)))
def test_what_no_page_does_is_refused(told: object) -> None:
    with pytest.raises(WireError):
        read_action(json.dumps(told).encode())


def test_nobody_speaks_for_a_receiver_by_a_file(gateway: Gateway) -> None:
    told = {**GOOD, "what": "dispatched", "side": 2, "source": "county-911", "known": "receiver"}
    (gateway.folder / named(1)).write_text(json.dumps(told))
    gateway.take()
    assert gateway.heard().known == "link"


def _link(at: Path) -> None:
    at.symlink_to("/etc/passwd")


def _large(at: Path) -> None:
    at.write_bytes(b" " * (LARGEST + 1))


@pytest.mark.parametrize("put", [_link, _large, os.mkfifo, lambda at: at.write_bytes(b"\xff")])
def test_what_is_no_file_of_an_action_is_removed_and_holds_up_no_other(
    gateway: Gateway, put: Callable[[Path], None]
) -> None:
    put(gateway.folder / named(0))
    (gateway.folder / named(1)).mkdir()
    (gateway.folder / named(2)).mkdir()
    (gateway.folder / named(2) / "in it").touch()
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "hello")])
    assert gateway.take() == [named(2)]
    assert gateway.heard().text == "hello"


def test_another_users_link_in_the_folders_place_is_not_followed(
    gateway: Gateway, tmp_path: Path
) -> None:
    kept = tmp_path / "kept" / named(1)
    kept.parent.mkdir()
    kept.write_text(json.dumps(GOOD))
    gateway.folder.rmdir()
    gateway.folder.symlink_to(kept.parent)
    if os.geteuid() == 0:
        os.chown(gateway.folder, 65534, 65534, follow_symlinks=False)
        gateway._taking.take()
        assert kept.exists()


def test_the_plan_is_written_by_the_gateway_for_what_the_school_has(gateway: Gateway) -> None:
    moved = MovedPlaces(
        {RoomId("204"): Place(20.5, 70.0), RoomId("999"): Place(1.0, 1.0)},
        {CameraId("hall-2"): Place(1.0, 2.0), CameraId("made-up"): Place(1.0, 2.0)},
    )
    gateway.console.put([QueuedAction(SCHOOL, "edit-plan", "Ann", "204", moved=moved)])
    gateway.take()
    assert "204,Library,Main,2,lincoln-204,hall-2,20.5,70" in gateway.rooms.read_text()
    cameras = gateway.rooms.with_name("cameras-on-plan.csv").read_text()
    assert cameras == "camera,x,y\nhall-2,1,2\n"
    assert gateway.heard().what == "edit-plan"


def test_a_flood_is_taken_by_small_turns(gateway: Gateway) -> None:
    gateway.console.put(QueuedAction(INCIDENT, "view", "Ann") for _ in range(30))
    assert len(gateway.take()) == 10


def test_what_was_done_while_the_store_is_away_waits_in_its_file(gateway: Gateway) -> None:
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "later")])
    gateway.disk.store.stop(within=2.0)
    for each in gateway.disk.path.parent.glob("tocsin.db*"):
        each.unlink()
    assert len(gateway.take()) == 1
