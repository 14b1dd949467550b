"""The process of Mosquitto: started, told to read its files again, ended."""

import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateway.trust.broker import files as broker_files
from service.files import remove, write_whole

log = logging.getLogger(__name__)

_STOP_S: Final = 3.0
_KILLED_S: Final = 1.0


class BrokerProcess:
    """At most one broker on the files in `folder`; `through`: the words that it is started by."""

    def __init__(self, folder: Path, through: Sequence[str] = ()) -> None:
        self._folder = folder.resolve()
        self._through = through
        self._child: subprocess.Popen[bytes] | None = None

    def runs(self) -> bool:
        """True while it runs."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start it; raises OSError."""
        self._write_settings()
        # A broker that was killed leaves it behind.
        remove(self._folder / broker_files.SOCKET)
        command = [*self._through, *_command(self._folder / broker_files.SUPERVISED)]
        self._child = subprocess.Popen(command, cwd=self._folder)  # noqa: S603 - our own words

    def reload(self) -> None:
        """Have it read its files again."""
        if self._child is not None and self.runs():
            self._child.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it at once: one that is frozen hears nothing else."""
        if self._child is not None:
            self._child.kill()
            _wait(self._child, _KILLED_S)

    def stop(self) -> None:
        """End it: by SIGTERM, then by SIGKILL."""
        if self._child is not None:
            self._child.terminate()
            if not _wait(self._child, _STOP_S):
                self.kill()

    def exit_code(self) -> int | None:
        """How the last one ended; None if none has."""
        return None if self._child is None else self._child.poll()

    def _write_settings(self) -> None:
        """Only if they differ: a disk that hangs must not keep a broker from being replaced."""
        path = self._folder / broker_files.SUPERVISED
        made = (self._folder / broker_files.CONFIGURATION).read_text(encoding="utf-8")
        settings = broker_files.supervised(made, self._folder).encode()
        if not path.exists() or path.read_bytes() != settings:
            write_whole(path, settings)


def _wait(child: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Return whether it ended in time; what the kernel holds back cannot be waited for."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _command(configuration: Path) -> list[str]:
    # Debian keeps it where only root's PATH looks; and it must not outlive us.
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    mosquitto = found or "/usr/sbin/mosquitto"
    return ["setpriv", "--pdeathsig", "KILL", mosquitto, "-c", str(configuration)]
