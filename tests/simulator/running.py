"""A simulator as a process of its own, as a person would start it in a terminal."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until

COMMAND = str(Path(sys.executable).parent / "tocsin-simulator")


class Simulator:
    """A running `tocsin-simulator`; `said` is what it wrote for people so far."""

    def __init__(self) -> None:
        self.said = ""
        self.process = subprocess.Popen(
            [COMMAND], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def page(self) -> str:
        """The address that it tells people to open."""
        found = until(lambda: re.search(r"The school: +(\S+)", self.said), within=30)
        assert found
        return found[1]

    def children(self) -> list[int]:
        """The processes that it started, by id."""
        pid = self.process.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listed.split()]

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said += line.decode()
        self.process.stderr.close()


@contextmanager
def simulator() -> Iterator[Simulator]:
    """A simulator that is ready; it is ended here if the test did not."""
    running = Simulator()
    try:
        assert running.page
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
        running.process.wait(10)


def alive(pid: int) -> bool:
    """True while the process runs; one that nobody has fetched yet has ended all the same."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
