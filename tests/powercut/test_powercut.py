"""Every disk that a power cut could leave opens, and holds every alert that was acknowledged."""

import os
import random
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from device.rows import Rows
from gateway.store import sql
from gateway.store.saved_state import held
from gateway.store.schema import open_database
from tests.faults.matrix import keep_count
from tests.powercut.disk import Disk, State
from tests.powercut.driver import POLICE
from tests.powercut.syscalls import Call, Said, Synced, record, refused
from wire.ids import AlertId, Monotonic

pytestmark = pytest.mark.skipif(bool(refused()), reason=refused() or "strace")

ROOT: Final = Path(__file__).parents[2]
DRIVER: Final = Path(__file__).with_name("driver.py")
# Boundaries between system calls that are tried; each leaves four states.
MOST: Final = 260
# A checkpoint and the calls around it are tried whole: there the log is written back.
AROUND: Final = 12

Acked = dict[str, tuple[int, int]]
"""Of each alert that was acknowledged: its presses, and its stage."""


class LostError(AssertionError):
    """A state in which something that was acknowledged is missing, or that does not open."""


class Run(NamedTuple):
    """What a process did to the files in `folder` that begin with `stem`."""

    folder: Path
    stem: str
    calls: list[Call]


def run(kind: str, folder: Path, *lives: tuple[int, int]) -> Run:
    """Let a process commit alerts, die, and be started again for each further life."""
    stem = "tocsin.db" if kind.startswith("gateway") else "journal.db"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    calls: list[Call] = []
    for first, last in lives:
        log = folder.parent / "calls.log"
        command = [sys.executable, DRIVER, kind, folder / stem, first, last]
        calls += record([str(each) for each in command], log, env)
        log.unlink()
    return Run(folder, stem, calls)


def cuts(was: Run, seed: int) -> Iterator[tuple[State, Acked]]:
    """Return the states that cuts might leave, each with what was acknowledged by then."""
    disk, acked, luck = Disk(was.folder, was.stem), Acked(), random.Random(seed)
    tried = _boundaries(was, luck)
    for number, call in enumerate(was.calls):
        if isinstance(call, Said):
            name, presses, stage = call.text.split()
            acked[name] = int(presses), int(stage)
        elif disk.hear(call) and number in tried:
            for state in disk.states(luck):
                yield state, dict(acked)


def _boundaries(was: Run, luck: random.Random) -> set[int]:
    """The first calls, those around each checkpoint, and others by chance."""
    database = str(was.folder / was.stem)
    mine = [
        n for n, call in enumerate(was.calls) if database in str(getattr(call, "path", was.folder))
    ]
    written_back = [
        at
        for at, n in enumerate(mine)
        if isinstance(was.calls[n], Synced) and getattr(was.calls[n], "path", "") == database
    ]
    near = {n for at in written_back for n in mine[max(at - AROUND, 0) : at + AROUND]}
    return {*mine[:40], *near, *luck.sample(mine, min(MOST, len(mine)))}


def check_gateway(folder: Path, acked: Acked) -> None:
    with closing(open_database(folder / "tocsin.db")) as db:
        there = sql.states(db, map(AlertId, acked))
        found = {str(name): (presses, int(stage)) for name, _, stage, _, presses in there}
        held(db, [POLICE], Monotonic(0.0))
        (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
    _compare(folder, verdict, found, acked)


def check_unit(folder: Path, acked: Acked) -> None:
    with closing(Rows(folder / "journal.db", "boot-1")) as journal:
        found = {str(row.alert): (row.presses, int(row.stage)) for row in journal.read()}
        (verdict,) = journal._db.execute("PRAGMA integrity_check").fetchone()
    _compare(folder, verdict, found, acked)


def _compare(folder: Path, verdict: str, found: Acked, acked: Acked) -> None:
    if verdict != "ok":
        raise LostError(f"the database is damaged: {verdict}")
    if any("broken" in file.name for file in folder.iterdir()):
        raise LostError("the database did not open and was set aside")
    for name, told in acked.items():
        if found.get(name, (0, 0)) < told:
            raise LostError(f"alert {name} was acknowledged as {told} and is {found.get(name)}")


def count(was: Run, check: Callable[[Path, Acked], None], folder: Path, seed: int = 1) -> int:
    """Open every state and return how many there were; raises LostError."""
    tried = 0
    for state, acked in cuts(was, seed):
        state.lay_out(folder)
        try:
            check(folder, acked)
        except sqlite3.Error as error:
            raise LostError(f"it does not open: {error}") from error
        tried += 1
    return tried


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


@pytest.fixture
def after(tmp_path: Path) -> Path:
    (tmp_path / "after").mkdir()
    return tmp_path / "after"


def test_no_power_cut_takes_an_alert_that_the_gateway_acknowledged(disk: Path, after: Path) -> None:
    was = run("gateway", disk, (0, 330), (330, 420))
    keep_count("F19", "disks, each with every alert", count(was, check_gateway, after), 800)


def test_no_power_cut_takes_an_alert_that_the_unit_has_journaled(disk: Path, after: Path) -> None:
    was = run("unit", disk, (0, 60), (60, 120))
    keep_count("F5", "disks, each with every alert", count(was, check_unit, after), 300)


@pytest.mark.parametrize("how", ["normal", "off"])
def test_a_gateway_that_does_not_sync_each_commit_is_caught(
    how: str, disk: Path, after: Path
) -> None:
    with pytest.raises(LostError):
        count(run(f"gateway-{how}", disk, (0, 40)), check_gateway, after)


def test_a_unit_that_acknowledges_what_it_is_about_to_write_is_caught(
    disk: Path, after: Path
) -> None:
    with pytest.raises(LostError):
        count(run("unit-hasty", disk, (0, 40)), check_unit, after)


def test_a_disk_that_ignores_syncs_is_caught(disk: Path, after: Path) -> None:
    was = run("unit", disk, (0, 20))
    deaf: list[Call] = [call for call in was.calls if not isinstance(call, Synced)]
    with pytest.raises(LostError):
        count(was._replace(calls=deaf), check_unit, after)
