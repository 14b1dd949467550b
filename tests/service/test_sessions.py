"""Sessions survive a restart, and end in time, with their account, or by their person's will."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.login.session import CHANGES, FRESH
from service.login.sessions import Where
from tests.service.login import LASTING, PASSWORD, House, set_up
from wire.ids import Wall

HERE = Where("192.0.2.1", "Mozilla/5.0 Firefox/150.0")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def begin(house: House, at: float, name: str = "hill") -> str:
    return house.sessions.begin(name, HERE, False, Wall(at))


def test_a_session_is_there_after_a_restart_and_no_secret_stands_on_the_disk(house: House) -> None:
    secret = begin(house, 0)
    house.sessions.close()
    assert secret.encode() not in house.path.read_bytes()
    house.sessions = house.opened()
    found = house.sessions.find(secret, Wall(10))
    assert found
    assert (found.name, found.role) == ("hill", "administrator")


def test_a_session_ends_when_nobody_uses_it_and_at_last_in_any_case(house: House) -> None:
    idle, used = begin(house, 0), begin(house, 0)
    for at in range(0, int(LASTING.longest), 70):
        assert house.sessions.find(used, Wall(at))
    assert house.sessions.find(idle, Wall(LASTING.idle + 1)) is None
    assert house.sessions.find(used, Wall(LASTING.longest + 1)) is None


def test_a_session_of_a_clock_that_was_far_ahead_opens_nothing(house: House) -> None:
    secret = begin(house, 1e9)
    assert house.sessions.find(secret, Wall(0)) is None


def test_the_eleventh_session_of_a_person_ends_the_oldest_and_nobody_else_s(house: House) -> None:
    other = begin(house, 0, "ito")
    mine = [begin(house, at) for at in range(11)]
    found = [house.sessions.find(each, Wall(20)) is not None for each in mine]
    assert found == [False] + [True] * 10
    assert house.sessions.find(other, Wall(20))


def test_removing_an_account_or_its_password_ends_its_sessions_for_ever(house: House) -> None:
    mine, other = begin(house, 0), begin(house, 0, "ito")
    house.accounts.set_password("hill", f"{PASSWORD}!")
    house.accounts.remove("ito")
    house.accounts.add("ito", "viewer", PASSWORD)
    assert [house.sessions.find(each, Wall(1)) for each in (mine, other)] == [None, None]


def test_a_role_that_is_taken_away_is_gone_from_open_sessions_at_once(house: House) -> None:
    secret = begin(house, 0)
    house.accounts.set_role("hill", "viewer")
    found = house.sessions.find(secret, Wall(1))
    assert found
    assert found.role == "viewer"


def test_a_person_ends_one_of_their_own_sessions_or_all_others_and_nobody_else_s(
    house: House,
) -> None:
    here, there, third, other = (*[begin(house, at) for at in range(3)], begin(house, 0, "ito"))
    key = {each.began: each for each, _ in house.sessions.of("hill", Wall(5))}
    assert house.sessions.end_of("ito", key[Wall(1)].id.hex(), b"") == 0
    assert house.sessions.end_of("hill", key[Wall(1)].id.hex(), b"") == 1
    assert house.sessions.find(there, Wall(5)) is None
    assert house.sessions.end_of("hill", "", key[Wall(0)].id) == 1
    found = [house.sessions.find(each, Wall(5)) is not None for each in (here, third, other)]
    assert found == [True, False, True]


def test_a_password_is_fresh_for_ten_minutes_and_again_after_it_was_given_again(
    house: House,
) -> None:
    secret = begin(house, 0)
    found = house.sessions.find(secret, Wall(0))
    assert found
    assert found.is_fresh(Wall(FRESH - 1))
    assert not found.is_fresh(Wall(FRESH + 1))
    house.sessions.prove(found, True, Wall(90))
    again = house.sessions.find(secret, Wall(90))
    assert again
    assert again.is_fresh(Wall(90 + FRESH - 1))
    assert again.by_code


def test_setting_up_a_second_factor_makes_no_password_fresh_again(house: House) -> None:
    secret = begin(house, 0)
    found = house.sessions.find(secret, Wall(0))
    assert found
    house.sessions.has_code(found)
    later = house.sessions.find(secret, Wall(1))
    assert later
    assert later.by_code
    assert not later.is_fresh(Wall(FRESH + 1))


def test_a_second_factor_is_changed_by_who_gives_it_again_just_then(house: House) -> None:
    set_up(house, "hill", 0.0)
    secret = house.sessions.begin("hill", HERE, by_code=True, now=Wall(0))
    found = house.sessions.find(secret, Wall(1))
    assert found
    assert found.is_fresh(Wall(1))
    assert not found.may_change_factors(Wall(1))
    house.sessions.prove(found, True, Wall(5))
    again = house.sessions.find(secret, Wall(6))
    assert again
    assert again.may_change_factors(Wall(5 + CHANGES))
    assert not again.may_change_factors(Wall(6 + CHANGES))


def test_accounts_of_an_earlier_version_are_there_with_their_passwords(tmp_path: Path) -> None:
    import sqlite3

    from service.login.accounts import Accounts, UserAccount
    from service.login.passwords import hashed

    with sqlite3.connect(tmp_path / "people.db") as db:
        db.execute("CREATE TABLE person (name TEXT PRIMARY KEY, role TEXT, hash TEXT) STRICT")
        db.execute("INSERT INTO person VALUES ('hill', 'viewer', ?)", (hashed(PASSWORD),))
        db.execute("PRAGMA user_version = 1")
    db.close()
    people = Accounts(tmp_path / "people.db", ("administrator", "viewer"))
    assert people.verify("hill", PASSWORD) == UserAccount("hill", "viewer")
    people.close()


def test_a_session_by_password_alone_is_over_once_there_is_a_second_factor(house: House) -> None:
    before, other = begin(house, 0), begin(house, 0, "ito")
    set_up(house, "hill", 1)
    by_code = house.sessions.begin("hill", HERE, True, Wall(2))
    late = begin(house, 2)  # its password was checked while the factor was set up
    found = [house.sessions.find(each, Wall(3)) for each in (before, late, by_code, other)]
    assert [each is not None for each in found] == [False, False, True, True]
    assert len(house.sessions.of("hill", Wall(3))) == 1


def test_a_password_alone_refreshes_no_session_once_there_is_a_second_factor(house: House) -> None:
    secret = begin(house, 0)
    session = house.sessions.find(secret, Wall(0))
    assert session
    set_up(house, "hill", 1)
    house.sessions.prove(session, False, Wall(2))
    assert house.sessions.find(secret, Wall(3)) is None


def test_others_are_forgotten_with_their_browsers_and_this_one_and_other_people_s_stay(
    house: House,
) -> None:
    here, there, other = begin(house, 0), begin(house, 1), begin(house, 0, "ito")
    names = ("hill", "hill", "ito")
    browsers = [house.sessions.know_browser(name, "", Wall(0)) for name in names]
    session = house.sessions.find(here, Wall(2))
    assert session
    house.sessions.forget_others(session, browsers[0])
    found = [house.sessions.find(each, Wall(3)) is not None for each in (here, there, other)]
    known = [house.sessions.is_known(*each) for each in zip(names, browsers, strict=True)]
    assert found == known == [True, False, True]


def test_any_number_of_threads_may_ask_for_people_at_once(house: House) -> None:
    def ask(number: int) -> bool:
        name = ("hill", "ito")[number % 2]
        found = house.accounts.find(name)
        return found is not None and found.name == name and not house.factors.has(name)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(20_000)))
