"""The process of Mosquitto: started, told to read its files again, ended.

It refuses subscriptions by the list that is written when it starts.  One that ended at once may
not have liked that: the next one is started without, for a press needs a broker first of all.
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from gateway.trust.broker import files as broker_files
from service.files import remove, write_whole

log = logging.getLogger(__name__)

_STOP_S: Final = 3.0
_KILLED_S: Final = 1.0
# A broker that lived for less did not like its settings.
_AT_ONCE_S: Final = 2.0
_PLUGIN: Final = "mosquitto_dynamic_security.so"
_LIBRARIES: Final = Path("/usr/lib")
# Later ones give the access list no say beside a plugin.
_VERSION: Final = "mosquitto version 2.0."
_ASKED_S: Final = 5.0


class BrokerProcess:
    """At most one broker on the files in `folder`; `through`: the words that it is started by.

    `wanted` returns the list of what units may subscribe to, empty if there is none; a broker that
    refuses all else was `started_with` it, None for one that does not refuse.
    """

    def __init__(
        self,
        folder: Path,
        through: Sequence[str] = (),
        subscriptions: Callable[[], str] = str,
    ) -> None:
        self._folder = folder.resolve()
        self._through = through
        self.wanted = subscriptions
        self.started_with: str | None = None
        self._began = 0.0
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
        self._child = subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=self._folder, env=_environment()
        )
        self._began = time.monotonic()

    def reload(self) -> None:
        """Have it read its files again."""
        if self._child is not None and self.runs():
            self._child.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it at once: one that is frozen hears nothing else."""
        if self._child is not None:
            self._child.kill()
            _wait(self._child, _KILLED_S)

    def end(self) -> None:
        """Ask it to end, and do not wait; from any thread."""
        if self._child is not None and self.runs():
            self._child.terminate()

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
        settings = broker_files.supervised(made, self._folder, self._usable_plugin()).encode()
        if not path.exists() or path.read_bytes() != settings:
            write_whole(path, settings)

    def _usable_plugin(self) -> Path | None:
        """Return the plugin, with its list written; None where it is not to be had."""
        ended_at_once = self._child and time.monotonic() - self._began < _AT_ONCE_S
        failed = self.started_with is not None and ended_at_once
        self.started_with, wanted = None, self.wanted()
        plugin = _plugin_for(_mosquitto()) if wanted and not failed else None
        if plugin is None:
            log.warning("the broker refuses no subscription: its access list alone holds")
            return None
        path = self._folder / broker_files.SUBSCRIPTIONS
        if not path.exists() or path.read_bytes() != wanted.encode():
            write_whole(path, wanted.encode())
        self.started_with = wanted
        return plugin


def _environment() -> dict[str, str]:
    """Ours but for systemd's socket: it is not for the broker to say that it is ready."""
    return {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}


def _wait(child: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Return whether it ended in time; what the kernel holds back cannot be waited for."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _command(configuration: Path) -> list[str]:
    # It must not outlive us.
    return ["setpriv", "--pdeathsig", "KILL", _mosquitto(), "-c", str(configuration)]


def _mosquitto() -> str:
    # Debian keeps it where only root's PATH looks.
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    return found or "/usr/sbin/mosquitto"


def _plugin_for(mosquitto: str) -> Path | None:
    """Its plugin; None if it has none, or none beside which the access list has a say."""
    try:
        said = subprocess.run(  # noqa: S603 - our own words
            [mosquitto, "-h"], capture_output=True, timeout=_ASKED_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if not said.stdout.decode(errors="replace").startswith(_VERSION):
        return None
    return next(iter(sorted(_LIBRARIES.glob(f"*/{_PLUGIN}"))), None)
