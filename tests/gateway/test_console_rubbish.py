"""A console that was taken over leaves what it likes; no action of a person is lost for it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.actions import QueuedAction
from gateway.store.left_action import read_action
from tests.gateway.left_actions import ALERT, GOOD, INCIDENT, Gateway, named
from wire.errors import WireError


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    made = Gateway(tmp_path)
    yield made
    made.disk.store.stop(within=2.0)


POISON: list[Any] = [
    {**GOOD, "text": "\ud800"},
    {**GOOD, "by": "\udcff"},
    {**GOOD, "seen": {str(ALERT): 10**40}},
    {**GOOD, "what": "edit-plan", "rooms": {"204": [10**400, 1]}},
]


@pytest.mark.parametrize("told", POISON, ids=range(len(POISON)))
def test_whatever_a_file_says_it_is_gone_and_the_next_is_taken(gateway: Gateway, told: Any) -> None:
    (gateway.folder / named(0)).write_text(json.dumps(told))
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "hello")])
    assert gateway.take() == []
    texts = [gateway.heard().text for _ in range(gateway.rows())]
    assert texts[-1] == "hello"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
       st.sampled_from([*GOOD, "seen", "mark", "rooms", "cameras"]))  # fmt: skip
def test_a_file_of_a_stranger_is_an_action_or_refused(value: Any, field: str) -> None:
    for what in ("message", "mark", "edit-plan"):
        with suppress(WireError):
            read_action(json.dumps({**GOOD, "what": what, field: value}).encode())


def test_rubbish_is_removed_told_and_hides_no_action(gateway: Gateway) -> None:
    for number in range(2500):
        (gateway.folder / f"{number}.rubbish").touch()
    for number in range(1500):
        (gateway.folder / f"{number}.full" / "in it").mkdir(parents=True)
    (gateway.folder / os.fsdecode(b"!\xff.action")).touch()
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "hello")])
    left = [gateway.take() for _ in range(7)][-1]  # two whole rounds
    assert len(left) == 1500
    assert gateway.heard().text == "hello"
    assert "were refused and removed" in str(gateway.trouble)


def test_what_the_console_is_just_writing_is_left_alone(gateway: Gateway) -> None:
    begun = gateway.folder / f".{named(time.time_ns())}.0123456789abcdef.new"
    begun.touch()
    assert gateway.take() == [begun.name]
    os.utime(begun, (0, 0))
    assert gateway.take() == []


def test_an_action_that_is_held_up_is_a_trouble(gateway: Gateway) -> None:
    gateway.disk.store.stop(within=2.0)
    for each in gateway.disk.path.parent.glob("tocsin.db*"):
        each.unlink()
    gateway.console.put([QueuedAction(INCIDENT, "message", "Ann", "later")])
    (left,) = gateway.folder.iterdir()
    gateway.take()
    assert gateway.trouble is None
    left.rename(left.with_name(named(time.time_ns() - 40 * 10**9)))
    gateway.take()
    assert "has been waiting for 40 s" in str(gateway.trouble)
