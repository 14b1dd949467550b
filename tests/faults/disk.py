"""A small disk of a test's own, which can be filled and shut; and a disk that hangs."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.privileges import require
from tests.faults.school import School
from tests.powercut.syscalls import refused
from tests.waiting import patience, until


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of `size`, in tmpfs's words, at `folder`, until the block ends."""
    folder.mkdir(exist_ok=True)
    require("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


@contextmanager
def hanging_disk(
    pid: int, log: Path, hang: str = "fsync,fdatasync", file: Path | None = None
) -> Iterator[None]:
    """Whatever the process writes, no sync of it comes to its end within the block.

    With `hang` it is another call, with `file` on this one alone.
    """
    if reason := refused():
        pytest.skip(reason)
    words = ["-e", f"trace={hang}", "-e", f"inject={hang}:delay_enter=600s", "-o", "/dev/null"]
    words += ["-P", str(file)] if file else []
    with log.open("w") as out:
        strace = subprocess.Popen(["strace", "-f", "-p", str(pid), *words], stderr=out)
    try:
        until(lambda: "attached" in log.read_text())
        yield
    finally:
        # It waits for those that it holds, and they are not to end by themselves.
        strace.send_signal(signal.SIGKILL if has_ended(pid) else signal.SIGINT)
        strace.wait(patience(10))


@contextmanager
def hung_from_the_start(school: School, name: str, calls: str, *more: str) -> Iterator[None]:
    """The process `name`, if it is started in the block, has no answer to these calls within it.

    `more` is what else strace is told.
    """
    if reason := refused():
        pytest.skip(reason)
    inject = ["-e", f"trace={calls}", "-e", f"inject={calls}:delay_enter=600s"]
    # -D: the process itself is our child, and the tracer is its.
    school.words[name] = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", *inject, *more]
    try:
        yield
    finally:
        del school.words[name]
        # Before it is ended: a process that is held like this does not end.
        if name in school.running:
            _end_tracer(school.running[name].pid)


def has_ended(pid: int) -> bool:
    """True once a process has left; what hangs may still be held by its tracer."""
    return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()


def _end_tracer(pid: int) -> None:
    status = Path(f"/proc/{pid}/status").read_text()
    if tracer := int(status.split("TracerPid:")[1].split()[0]):
        os.kill(tracer, signal.SIGKILL)


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with (folder / "junk").open("ab", buffering=0) as junk:
        try:
            while junk.write(bytes(4096)):
                pass
        except OSError:
            return


def shut(folder: Path) -> None:
    """Let nothing be written any more."""
    _run("mount", "-o", "remount,ro", str(folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=patience(10))
