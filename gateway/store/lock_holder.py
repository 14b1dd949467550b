"""Who keeps a database from being written, by the kernel's list of locks.

SQLite lets one at a time write by an exclusive lock on one byte of the shared memory.  Who may read
that file may take a shared lock on the byte, and nobody writes until it lets go, or ends.
"""

import os
from pathlib import Path
from typing import Final

_LOCKS: Final = Path("/proc/locks")
# SQLite's WAL_WRITE_LOCK; its file format names the byte (sqlite.org/walformat.html).
_WRITERS_BYTE: Final = 120
_LARGEST: Final = 1_000_000


def words_of(told: str, database: Path) -> str:
    """Return what SQLite told, with who holds the lock if it is one; may ask the kernel."""
    if "locked" not in told:
        return told
    holders = [f"process {each}" for each in _holders(Path(f"{database}-shm"))]
    return f"{told}: {' and '.join(holders)} holds it" if holders else told


def _holders(shared: Path) -> list[int]:
    try:
        seen = shared.stat()
        with _LOCKS.open(encoding="ascii") as listed:
            lines = listed.read(_LARGEST).splitlines()
    except (OSError, ValueError):
        return []
    place = f"{os.major(seen.st_dev):02x}:{os.minor(seen.st_dev):02x}:{seen.st_ino}"
    found = {_holder(line.split(), place) for line in lines}
    return sorted(each for each in found if each not in (None, os.getpid()))


def _holder(fields: list[str], place: str) -> int | None:
    """`1: POSIX ADVISORY READ 4242 fe:00:6408023 120 120`; a second word `->` waits for one."""
    if len(fields) != 8 or fields[5] != place:
        return None
    first, last = int(fields[6]), _WRITERS_BYTE if fields[7] == "EOF" else int(fields[7])
    return int(fields[4]) if first <= _WRITERS_BYTE <= last else None
