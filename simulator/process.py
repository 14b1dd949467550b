"""Child processes that cannot outlive us.

Each gets a session of its own, so that Ctrl-C in a terminal reaches us alone and we stop them in
order, and SIGKILL from the kernel if we die without doing so.  Knows nothing of what it starts.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_LONGEST_STOP_S: Final = 5.0


class ProcessError(Exception):
    """A process did not do its part; the text says which, and shows its last words."""


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start `command`, its stdout and stderr appended to `log`.

    The kernel's death signal follows the thread that calls this, not the process: call it from a
    thread that lives as long as the child shall (prctl(2), PR_SET_PDEATHSIG).
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ProcessError("there is no setpriv here; it comes with util-linux 2.33 and later")
    with log.open("ab") as out:
        return subprocess.Popen(
            [setpriv, "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(child: subprocess.Popen[bytes]) -> None:
    """End `child`: by SIGTERM, and after 5 s by SIGKILL."""
    child.terminate()
    try:
        child.wait(_LONGEST_STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def last_words(log: Path, lines: int = 8) -> str:
    """Return the last lines of `log`, indented to stand under a message."""
    try:
        said = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        said = []
    return "\n".join(f"    {line}" for line in said or ["(it said nothing)"])
