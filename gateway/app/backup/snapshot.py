"""A copy of one file as it stands at one moment, while others write it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from gateway.app.backup.errors import BackupError
from service.files import open_to_read
from service.owners import acting_for

_SQLITE: Final = b"SQLite format 3\0"
_BUSY_S: Final = 10.0


def copy_file(path: Path, to: Path) -> None:
    """Copy the file at `path` to a new one; of a database what is committed, by SQLite itself.

    Nobody who writes it waits for us.  Raises BackupError or OSError.
    """
    with open_to_read(path) as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
        if not is_database:
            file.seek(0)
            with to.open("wb") as copy:
                shutil.copyfileobj(file, copy)
    if is_database:
        _copy_database(path, to)


def _copy_database(path: Path, to: Path) -> None:
    try:
        # What SQLite makes beside a database has to be the database's owner's, not root's.
        with acting_for(path.parent):
            source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", _BUSY_S, uri=True)
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(source), closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            # One file, with nothing beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupError(f"{path} cannot be copied: {error}") from error
    if verdict != "ok":
        raise BackupError(f"{path} is damaged ({verdict}); a backup of it would be, too")
