"""A process beside this one that talks to strangers for it, and is spoken to over one socket.

Where systemd listens at its door (systemd/tocsin-*.socket), each connection is answered by a new
process of a new user, who may read no file of an installation.  Elsewhere it is a child of this
one, with this one's user.  Both have the socket as stdin and stdout, and end with it.  What follows
from a door that is not there where systemd should keep one is for who asks to say.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

DOORS: Final = Path("/run/tocsin")
_CONNECT_S: Final = 2.0
_END_WITHIN_S: Final = 2.0


class Helper:
    """One helper; what is written to `orders` it reads, what it writes is read from `answers`."""

    def __init__(self, line: socket.socket, child: subprocess.Popen[bytes] | None = None) -> None:
        self._line = line
        self._child = child
        self.has_own_user = child is None
        self.orders = cast(BinaryIO, line.makefile("wb"))
        self.answers = cast(BinaryIO, line.makefile("rb"))

    def kill(self) -> None:
        """End it, and the wait for its answer; any thread may ask.

        One of another user ends by itself, for nobody speaks to it any more.
        """
        if self._child:
            self._child.kill()
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> str:
        """End it and release what it took; returns how it ended."""
        self.kill()
        for each in (self.orders, self.answers, self._line):
            with suppress(OSError):  # of orders that it did not take
                each.close()
        if self._child is None:
            return "ended"
        try:
            return f"ended with exit code {self._child.wait(_END_WITHIN_S)}"
        except subprocess.TimeoutExpired:  # the kernel holds it: left behind
            return "does not end"


def helper_at(door: Path) -> Helper | None:
    """Return a helper of a user of its own; None where nobody listens at `door`."""
    line = _connected(door)
    return Helper(line) if line else None


def child_helper(module: str, environment: Sequence[str], errors: int | None) -> Helper:
    """Start `module` as a child of this process's user; raises OSError.

    It gets of this process's variables those that `environment` names, and writes to `errors`, as
    subprocess has it.
    """
    ours, theirs = socket.socketpair()
    try:
        child = subprocess.Popen(  # noqa: S603  (a fixed command)
            [sys.executable, "-m", module],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=errors,
            env={name: os.environ[name] for name in environment if name in os.environ},
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return Helper(ours, child)


def _connected(door: Path) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(_CONNECT_S)
        line.connect(str(door))
        line.settimeout(None)
    except OSError:
        line.close()
        return None
    return line
