"""Opens the gateway's databases for the console, which may read them and not write.

How SQLite does that is in docs/decisions/console-user.md.
"""

import sqlite3
from pathlib import Path
from typing import Final

from service.database import text_of

_BUSY_S: Final = 2.0


def log_of(path: Path) -> Path:
    """Return where SQLite keeps what is not yet in the database at `path`, while it is in use."""
    return Path(f"{path}-wal")


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the database at `path`; any thread may use the connection.  Raises sqlite3.Error.

    Without a log nobody has it open, and SQLite would ask for the right to make one: all that it
    says is in the file itself, until there is a log.
    """
    form = "mode=ro" if log_of(path).exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(
        f"{path.resolve().as_uri()}?{form}",
        timeout=_BUSY_S,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    db.text_factory = text_of
    return db
