"""The word by which a person who is forced to call off an alert tells the police that it is real.

It is heard anywhere in the reason that the person types.  Each word of a reason is compared, so
what is kept is a fast hash with a salt, not a slow one as of a password: who reads the file of
accounts can find a short word out.
"""

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Final

from gateway.trust.accounts import ROLES
from service.login.database import LoginDatabase

_WORD: Final = re.compile(r"[^\W_]+")
_LENGTH: Final = range(5, 31)
_SALT: Final = 16


class DuressWordError(Exception):
    """A word that will not do; the person who chose it can mend it."""


class DuressWords:
    """The words in the file of accounts at `path`; None: there are no accounts, and no words.

    Each method may raise sqlite3.Error.
    """

    def __init__(self, path: Path | None) -> None:
        self._db = LoginDatabase(path, ROLES) if path else None

    def has(self, account: str) -> bool:
        """True if that account has one."""
        return bool(self._kept(account))

    def set(self, account: str, word: str) -> None:
        """Keep `word`, or none if it is empty; raises DuressWordError."""
        found = _words(word)
        if word and (len(found) != 1 or len(found[0]) not in _LENGTH):
            raise DuressWordError("Choose one word of 5 to 30 letters or digits.")
        if self._db is None:
            return
        with self._db.transaction():
            self._db.change("DELETE FROM duress WHERE name = ?", account)
            if found:
                salt = os.urandom(_SALT)
                kept = account, salt, _hash(found[0], salt)
                self._db.change("INSERT INTO duress VALUES (?, ?, ?)", *kept)

    def stands_in(self, account: str, text: str) -> bool:
        """True if the account's word is one of `text`."""
        return any(
            _hash(word, salt) == kept for salt, kept in self._kept(account) for word in _words(text)
        )

    def _kept(self, account: str) -> list[tuple[bytes, bytes]]:
        if self._db is None:
            return []
        rows = self._db.rows("SELECT salt, hash FROM duress WHERE name = ?", account)
        return [(salt, kept) for salt, kept in rows]


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _hash(word: str, salt: bytes) -> bytes:
    return hashlib.blake2b(word.encode(), salt=salt, person=b"duress").digest()
