"""Joining: one window, one unit, one use, no guess; no name that could be taken for another."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.enrolment import (
    OPEN_FOR,
    EnrolmentError,
    EnrolmentToken,
    WrongCodeError,
    digest_of,
    issue_token,
    must_be_open,
    name_after,
    name_for,
)
from wire.errors import WireError
from wire.ids import NAME, RoomId, SiteId, UnitId, Wall
from wire.joincode import JoinCode, mark_of, new_code, read_code

FIRST_LAYOUT = """
CREATE TABLE window (id TEXT PRIMARY KEY, unit TEXT NOT NULL UNIQUE, room TEXT NOT NULL,
    digest TEXT NOT NULL, until REAL NOT NULL, wrong INTEGER NOT NULL) STRICT;
CREATE TABLE signed (serial TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO window VALUES ('ab', 'lincoln-204', '204', 'digest', 1600.0, 1);
PRAGMA user_version = 1;
"""
AUTHORITY = bytes(range(32))
ROOM = RoomId("204")
NOW = Wall(1000.0)
END = Wall(NOW + OPEN_FOR)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[EnrolmentDatabase]:
    made = EnrolmentDatabase(tmp_path / "ledger.db")
    yield made
    made.close()


def found(ledger: EnrolmentDatabase, code: JoinCode) -> EnrolmentToken | None:
    """The window of a code."""
    return ledger.find(code.window, digest_of(code.secret))


def test_the_code_in_time_lets_a_unit_join(ledger: EnrolmentDatabase) -> None:
    window, code = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(window)
    assert must_be_open(found(ledger, code), Wall(NOW + 599.9)) == window
    with pytest.raises(EnrolmentError, match="has expired"):
        must_be_open(found(ledger, code), Wall(NOW + 600))


def test_a_wrong_code_and_one_of_no_window_are_refused_in_the_same_words(
    ledger: EnrolmentDatabase,
) -> None:
    window, code = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(window)
    other = "a" if code.window[0] != "a" else "b"
    for wrong in (code._replace(secret=other * 6), code._replace(window=other * 2)):
        with pytest.raises(WrongCodeError, match="no enrolment is open for this code"):
            must_be_open(found(ledger, wrong), NOW)


def test_a_school_has_more_rooms_than_two_letters_have_names(ledger: EnrolmentDatabase) -> None:
    codes, windows = {}, []
    for number in range(1100):
        unit = UnitId(f"lincoln-{number}")
        window, codes[unit] = issue_token(unit, RoomId(str(number)), AUTHORITY, END)
        windows.append(window)
    ledger.open(*windows)
    for unit, code in codes.items():
        assert must_be_open(found(ledger, code), NOW).unit == unit


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "x" * 33,
        "a+b",
        "a#b",
        "../../etc",
        "a/b",
        "A-204",
        "аbc",
        "a b c",
        "gateway",
        "canary-a",
        "broker",
        "abc\n",
    ],
)
def test_a_name_that_could_be_more_or_another_is_refused(name: str) -> None:
    with pytest.raises(EnrolmentError):
        issue_token(UnitId(name), ROOM, AUTHORITY, END)


@pytest.mark.parametrize("room", ["204", "Gym B", "R.2_x", "x" * 32])
def test_the_name_that_a_room_gives_is_a_good_one(room: str) -> None:
    name = name_for(SiteId("lincoln"), RoomId(room))
    assert NAME.fullmatch(name)
    assert NAME.fullmatch(name_after(name))


def test_a_replacement_has_a_name_of_its_own_each_time() -> None:
    first = UnitId("lincoln-204")
    second = name_after(first)
    assert [second, name_after(second)] == ["lincoln-204-r2", "lincoln-204-r3"]


def test_a_code_is_read_as_people_type_it() -> None:
    code = new_code(AUTHORITY)
    assert read_code(f"  {str(code).upper().replace('-', ' ')} ") == code
    assert code.mark == mark_of(AUTHORITY)
    assert len(str(code)) == 29


@pytest.mark.parametrize("text", ["", "abcd", "abcd-efgh-abcd-efgh-abcd-efg1", "a" * 25, "ä" * 24])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        read_code(text)


def test_a_window_remembers_the_key_that_used_it(ledger: EnrolmentDatabase) -> None:
    window, code = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(window)
    ledger.use(window, "a-key", "a certificate", 7)
    assert found(ledger, code) == window._replace(key="a-key", certificate="a certificate")
    assert ledger.serials(window.unit) == [7]
    ledger.sweep(END)
    assert found(ledger, code) is None


def test_a_certificate_that_cannot_be_remembered_uses_no_window(ledger: EnrolmentDatabase) -> None:
    window, code = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(window)
    ledger.signed("lincoln-205", 7)
    with pytest.raises(sqlite3.Error):
        ledger.use(window, "a-key", "a certificate", 7)
    with pytest.raises(sqlite3.Error):
        ledger.renew(5, "lincoln-204", "a certificate", 7)
    assert found(ledger, code) == window
    assert ledger.renewed(5) is None


def test_a_ledger_of_the_first_layout_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as old:
        old.executescript(FIRST_LAYOUT)
    old.close()
    ledger = EnrolmentDatabase(tmp_path / "ledger.db")
    window = ledger.find("ab", "digest")
    assert window == EnrolmentToken("ab", UnitId("lincoln-204"), ROOM, "digest", END)
    ledger.close()


def test_a_second_window_for_a_unit_closes_the_first(ledger: EnrolmentDatabase) -> None:
    first, code = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    second, _ = issue_token(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(first)
    ledger.open(second)
    assert found(ledger, code) is None
