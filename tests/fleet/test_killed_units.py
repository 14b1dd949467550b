"""Of 200 units that beat, ten are killed at random: those are red within 30 s, and no others."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from bench.contenders import TOCSIN, Contender, running
from bench.load import Fleet, room_name
from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.load import read_register
from gateway.fleet.reading import FleetReader
from service.settings import load
from tests.waiting import patience, until

UNITS, KILLED = 200, 10
EVERY = 10.0


def reader_of(school: Contender) -> FleetReader:
    settings = load(school.folder / "gateway.toml", ConsoleProcessSettings)
    register = read_register(settings)
    return FleetReader(settings, lambda: register)


def beating(fleet: Fleet, killed: set[int], over: threading.Event) -> None:
    """Let each unit that lives beat every 10 s, their turns spread over that time."""
    started, turn = time.monotonic(), 0
    while not over.wait(max(started + turn * EVERY / UNITS - time.monotonic(), 0.0)):
        if turn % UNITS not in killed:
            fleet.beat(turn % UNITS)
        fleet.listen(0.0)
        turn += 1


def red(reader: FleetReader) -> set[str]:
    return {str(r.entry.room.id) for r in reader.look().fleet.rooms if r.whole.reach == "no"}


def all_heard(reader: FleetReader) -> bool:
    return all(room.heard for room in reader.look().fleet.rooms)


@pytest.fixture
def killing() -> Callable[[], set[int]]:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    return lambda: set(random.Random(seed).sample(range(UNITS), KILLED))


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_ten_of_200_units_that_die_are_red_within_30_s_and_no_others(
    killing: Callable[[], set[int]],
) -> None:
    killed: set[int] = set()
    over = threading.Event()
    with running(TOCSIN, rooms=UNITS) as school, school.connect(UNITS) as fleet:
        thread = threading.Thread(target=beating, args=(fleet, killed, over))
        thread.start()
        try:
            reader = reader_of(school)
            until(lambda: all_heard(reader), within=40, every=0.2)
            killed |= killing()
            died, expected = time.monotonic(), {str(room_name(number)) for number in killed}
            pause = threading.Event()
            while (seen := red(reader)) != expected:
                assert seen <= expected, "a unit that lives is red"
                assert time.monotonic() - died < patience(30)
                pause.wait(0.2)
            print(f"the last of {KILLED} was red {time.monotonic() - died:.1f} s after they died")
        finally:
            over.set()
            thread.join()
