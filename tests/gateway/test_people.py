"""Accounts: the password opens one, nothing else does, and there is no default account."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gateway.config.roles import Role
from gateway.trust.accounts import open_accounts
from service.login.accounts import AccountError, Accounts, UserAccount
from service.login.passwords import NOBODY, new_password

GOOD = "correct horse battery"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Accounts]:
    found = open_accounts(tmp_path / "people.db")
    yield found
    found.close()


def test_there_is_nobody_until_somebody_is_added(people: Accounts) -> None:
    assert people.all() == []


def test_the_password_logs_a_person_in_with_their_role(people: Accounts) -> None:
    people.add("ada", Role.SRO, GOOD)
    assert people.verify("ada", GOOD) == UserAccount("ada", Role.SRO)


@pytest.mark.parametrize(
    ("name", "password"), [("ada", GOOD + "!"), ("ada", ""), ("eve", GOOD), ("ada'--", GOOD)]
)
def test_nobody_else_is_let_in(people: Accounts, name: str, password: str) -> None:
    people.add("ada", Role.STAFF, GOOD)
    assert people.verify(name, password) is None


def test_an_unknown_name_costs_as_much_as_a_known_one() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODY)


def test_no_password_stands_in_the_file_which_is_its_owners_alone(
    people: Accounts, tmp_path: Path
) -> None:
    people.add("ada", Role.STAFF, GOOD)
    assert GOOD.encode() not in (tmp_path / "people.db").read_bytes()
    assert (tmp_path / "people.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "a", "Ada", "a/b", "a b", "-a", "а-cyrillic", "x" * 33])
def test_odd_names_are_refused(people: Accounts, name: str) -> None:
    with pytest.raises(AccountError, match="a name has"):
        people.add(name, Role.STAFF, GOOD)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_too_short_or_endless_is_refused(people: Accounts, password: str) -> None:
    with pytest.raises(AccountError, match="15 to 200"):
        people.add("ada", Role.STAFF, password)


def test_a_name_is_given_once(people: Accounts) -> None:
    people.add("ada", Role.STAFF, GOOD)
    with pytest.raises(AccountError, match="already"):
        people.add("ada", Role.ADMINISTRATOR, GOOD)


def test_a_hash_of_older_strength_is_made_anew_at_the_next_login(
    people: Accounts, tmp_path: Path
) -> None:
    people.add("ada", Role.STAFF, GOOD)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with sqlite3.connect(tmp_path / "people.db") as db:
        db.execute("UPDATE person SET hash = ?", (weak,))
        db.commit()
        assert people.verify("ada", GOOD) is not None
        assert db.execute("SELECT hash FROM person").fetchone() != (weak,)
    db.close()


def test_the_last_administrator_stays(people: Accounts) -> None:
    people.add("ada", Role.ADMINISTRATOR, GOOD)
    with pytest.raises(AccountError, match="last administrator"):
        people.remove("ada")
    with pytest.raises(AccountError, match="last administrator"):
        people.set_role("ada", Role.VIEWER)
    people.add("bob", Role.ADMINISTRATOR, GOOD)
    people.remove("ada")
    assert people.all() == [UserAccount("bob", Role.ADMINISTRATOR)]


def test_a_new_password_counts_at_once_and_the_old_one_no_more(people: Accounts) -> None:
    people.add("ada", Role.STAFF, GOOD)
    people.set_password("ada", "another long password")
    assert people.verify("ada", GOOD) is None
    assert people.verify("ada", "another long password")


def test_changes_to_nobody_are_refused(people: Accounts) -> None:
    with pytest.raises(AccountError, match="no account"):
        people.set_password("eve", GOOD)


def test_a_password_we_make_can_be_typed_and_is_never_the_same() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){4}", each) for each in made)
