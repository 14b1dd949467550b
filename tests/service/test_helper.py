"""A helper faces strangers for a process: as another user where somebody gives it one."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from service.helper import Helper, child_helper, helper_at
from tests.faults.network import needs_root
from tests.service.doors import STRANGER, Door
from tests.waiting import patience, until

WHO = "tests.service.told_who"


def started(door: Path) -> Helper:
    helper = helper_at(door) or child_helper(WHO, ["PATH"], None)
    helper.orders.write(b"a secret\n")
    helper.orders.flush()
    return helper


@needs_root
def test_at_a_door_it_is_another_user_and_ends_with_the_connection(tmp_path: Path) -> None:
    with closing(Door(tmp_path / "door", WHO)) as door:
        helper = started(door.path)
        assert helper.answers.readline() == b"%d a secret\n" % STRANGER
        (process,) = door.processes
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert b"secret" not in shown
        assert helper.close() == "ended"
        assert process.wait(patience(5)) == 0


@pytest.mark.parametrize("door", ["missing", "shut"])
def test_without_a_door_it_is_a_child_and_its_end_is_told(tmp_path: Path, door: str) -> None:
    if door == "shut":
        (tmp_path / door).touch()
    helper = started(tmp_path / door)
    assert helper.answers.readline() == b"%d a secret\n" % os.getuid()
    assert helper.close() == "ended with exit code -9"


def test_who_waits_for_a_helper_that_is_killed_hears_its_end(tmp_path: Path) -> None:
    helper = started(tmp_path / "missing")
    assert helper.answers.readline()
    helper.kill()
    assert helper.answers.readline() == b""
    helper.close()


def test_a_helper_ends_with_the_process_that_it_serves(tmp_path: Path) -> None:
    serves = (
        "import sys; from service.helper import child_helper\n"
        f"helper = child_helper({WHO!r}, [], None)\n"
        "print(helper._child.pid, flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", serves]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    until(lambda: not Path(f"/proc/{child}/cmdline").exists(), within=5)
