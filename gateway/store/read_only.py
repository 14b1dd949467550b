"""Opens the gateway's databases for a process that may read them and not write (the console)."""

import sqlite3
from pathlib import Path
from typing import Final

from service.database import text_of

_BUSY_S: Final = 2.0


def is_in_use(path: Path) -> bool:
    """True if the database at `path` has a log beside it, which belongs to what it says."""
    return Path(f"{path}-wal").exists()


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the database at `path`; any thread may use the connection.  Raises sqlite3.Error.

    Without a log nobody has it open, and SQLite would ask for the right to make one: all that it
    says is in the file itself, as long as `is_in_use` is False.
    """
    form = "mode=ro" if is_in_use(path) else "mode=ro&immutable=1"
    db = sqlite3.connect(
        f"{path.resolve().as_uri()}?{form}",
        timeout=_BUSY_S,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    db.text_factory = text_of
    return db
