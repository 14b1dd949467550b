"""A login handler with real accounts, and codes as an authenticator app shows them."""

import secrets
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import pyotp

from service.login.accounts import Accounts
from service.login.factors import Factors
from service.login.handler import Credentials, LoginHandler
from service.login.passwords import hashed
from service.login.session import Lasting
from service.login.sessions import Sessions, Where
from wire.ids import Seconds, Wall

ROLES = ("administrator", "viewer")
PASSWORD = "correct horse battery staple"
LASTING = Lasting(Seconds(100.0), Seconds(1000.0))


@cache
def known_hash() -> str:
    """A hash of the password, made once: each costs a tenth of a second."""
    return hashed(PASSWORD)


class House:
    """One file of accounts, with all that works on it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "accounts.db"
        self.accounts = Accounts(self.path, ROLES)
        self.factors = Factors(self.path, ROLES)
        self.sessions = self.opened()
        self.written: list[tuple[str, str, str]] = []
        self.handler = LoginHandler(self.accounts, self.factors, self.sessions, self.write)
        for name in ("hill", "ito"):
            self._add(name)

    def opened(self) -> Sessions:
        return Sessions(self.path, ROLES, LASTING, secrets.token_urlsafe)

    def _add(self, name: str) -> None:
        db = sqlite3.connect(self.path)
        with db:
            db.execute("INSERT INTO person VALUES (?, 'administrator', ?)", (name, known_hash()))
        db.close()

    async def write(self, *event: str) -> None:
        what, by, words = event
        self.written.append((what, by, words))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def close(self) -> None:
        for each in (self.accounts, self.factors, self.sessions):
            each.close()


def who(
    name: str = "hill",
    password: str = PASSWORD,
    code: str = "",
    address: str = "192.0.2.1",
    known: str = "",
) -> Credentials:
    return Credentials(name, password, code, Where(address, "Firefox"), known)


def code_of(secret: str, at: float) -> str:
    return pyotp.TOTP(secret).at(int(at))


def set_up(house: House, name: str, at: float) -> tuple[str, list[str]]:
    """Give an account a second factor; returns its secret and the recovery codes."""
    secret = house.factors.offer(name.encode())
    codes = house.factors.take(name.encode(), name, code_of(secret, at), Wall(at))
    assert codes
    return secret, codes
