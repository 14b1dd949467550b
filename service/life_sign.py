"""A sign of life that one process leaves for others on the same machine: a file in memory.

It holds the monotonic clock, which all processes of a machine share, so that no change of the wall
clock makes a dead process seem alive; and whether the process could write down what it knows, for
others can read that and nothing else.
"""

import os
import time
from pathlib import Path
from typing import Final

from service.files import open_to_read
from wire.ids import Seconds

NAME: Final = ".gateway-alive"
# Of one length, as the moment is.
_WORDS: Final = {True: "stores", False: "CANNOT"}
# It is given with each feed of the watchdog, every 2.5 s: two may be late.
LASTS: Final = Seconds(8.0)
# The sign is written in milliseconds: one just given may lie half of one ahead.
_ROUNDED: Final = Seconds(0.001)
# For the group of the folder: who reads it may be another user.
_READABLE: Final = 0o640
# A pipe that another process of the folder put in its place would hold us for ever.
_OPEN: Final = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LONGEST: Final = 64


class LifeSign:
    """The sign in the memory folder `folder`; nothing here waits, and nothing raises."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def give(self, stores: bool = True) -> None:
        """Say that this process lives, and whether its disk takes what it writes.

        Where it cannot be said, the process will look dead.
        """
        # Of one length, and put over the old one: a reader never meets half of it.
        text = f"{time.monotonic():020.3f} {_WORDS[stores]}\n".encode()
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, _OPEN, 0o600)
        except OSError:
            return
        try:
            os.fchmod(file, _READABLE)
            os.write(file, text)
        except OSError:
            return
        finally:
            os.close(file)

    def take_back(self) -> None:
        """Say that this process ends."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return

    def age(self) -> Seconds | None:
        """Return how old the sign is; None if there is none, or none of this boot."""
        try:
            age = time.monotonic() - float(self._words()[0])
        except (OSError, ValueError, IndexError):
            return None
        return Seconds(max(age, 0.0)) if age >= -_ROUNDED else None

    def is_young(self) -> bool:
        """True if the process gave the sign recently."""
        age = self.age()
        return age is not None and age < LASTS

    def stores(self) -> bool:
        """False if the process said that its disk does not take what it writes."""
        try:
            return _WORDS[False] not in self._words()
        except (OSError, ValueError):
            return True

    def _words(self) -> list[str]:
        with open_to_read(self._path) as file:
            return file.read(_LONGEST).decode("ascii").split()
