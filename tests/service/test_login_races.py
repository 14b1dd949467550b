"""What one session does while another one of the same person does something else."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from service.login.accounts import Accounts, UserAccount
from service.login.handler import LoginHandler, TurnedAwayError
from service.login.passkeys import Passkeys
from tests.service.login import PASSWORD, ROLES, House, code_of, set_up, who
from wire.ids import Wall

NOW = 1_700_000_000.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


class ChangedMeanwhile(Accounts):
    """Accounts of which one gets another password right after its old one was found right."""

    def verify(self, name: str, password: str) -> UserAccount | None:
        found = super().verify(name, password)
        self.set_password(name, "another long password")
        return found


def test_a_login_that_a_change_of_password_overtakes_opens_nothing(house: House) -> None:
    accounts = ChangedMeanwhile(house.path, ROLES)
    handler = LoginHandler(accounts, house.factors, house.sessions, house.write)
    with pytest.raises(TurnedAwayError, match="Wrong name or password"):
        asyncio.run(handler.log_in(who()))
    accounts.close()
    assert house.rows("SELECT name FROM session UNION SELECT name FROM browser") == []
    assert [text for _, _, text in house.written] == [
        "login: the password was changed meanwhile, from 192.0.2.1"
    ]


def test_a_password_in_an_old_form_never_comes_back_after_a_change(house: House) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    house.accounts.set_password("hill", "another long password")
    house.accounts._renewed("hill", old, PASSWORD)
    assert house.accounts.verify("hill", PASSWORD) is None
    assert house.accounts.verify("hill", "another long password")


def test_a_secret_that_another_session_was_offered_is_not_taken_nor_lost(house: House) -> None:
    mine, other = house.factors.offer(b"mine"), house.factors.offer(b"other")
    assert house.factors.take(b"mine", "hill", code_of(other, NOW), Wall(NOW)) is None
    assert house.factors.take(b"mine", "hill", code_of(mine, NOW), Wall(NOW))


def test_of_two_removals_at_once_the_second_leaves_the_factor_that_a_role_needs(
    house: House,
) -> None:
    passkeys = Passkeys(house.path, ROLES, "console.example", "Tocsin")
    with sqlite3.connect(house.path) as db:
        db.executemany(
            "INSERT INTO passkey VALUES (?, 'hill', x'00', 0, 'key', 1)", [(b"a",), (b"b",)]
        )
    assert [passkeys.remove("hill", key, keep=1) for key in ("61", "62")] == [True, False]
    set_up(house, "hill", NOW)
    assert passkeys.remove("hill", "62", keep=1)
    house.factors.remove("hill", keep=1)
    assert house.factors.has_app("hill")
    house.factors.remove("hill", keep=0)
    assert not house.factors.has("hill")
    passkeys.close()
