"""The file of accounts, open for all threads of a process: one statement at a time, to its end."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.login.schema import open_logins


class LoginDatabase:
    """The database at `path`; each method may raise sqlite3.Error.

    Two threads that step one connection at once get each other's rows, or an error (seen with
    Python 3.13), so each waits for its turn.
    """

    def __init__(self, path: Path, roles: Sequence[str]) -> None:
        self._db = open_logins(path, roles)
        self._turn = threading.RLock()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all that a query finds."""
        with self._turn:
            return self._db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> int:
        """Carry out a statement; return how many rows it changed."""
        with self._turn:
            return self._db.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What the calling thread does within the block is done whole, or not at all."""
        with self._turn:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the database."""
        with self._turn:
            self._db.close()
