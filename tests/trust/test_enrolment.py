"""Joining: one window, one unit, one use, few guesses; no name that could be taken for another."""

from pathlib import Path

import pytest

from gateway.trust.enrolment import (
    MOST_WRONG,
    OPEN_FOR,
    EnrolmentError,
    fault_of,
    name_after,
    name_for,
    open_window,
)
from gateway.trust.ledger import Ledger
from wire.errors import WireError
from wire.ids import NAME, RoomId, SiteId, UnitId, Wall
from wire.joincode import mark_of, new_code, read_code

AUTHORITY = bytes(range(32))
ROOM = RoomId("204")
NOW = Wall(1000.0)
END = Wall(NOW + OPEN_FOR)


def test_whoever_shows_the_code_in_time_may_join() -> None:
    window, code = open_window(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    assert fault_of(window, code.secret, NOW) is None


def test_a_window_closes_after_ten_minutes() -> None:
    window, code = open_window(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    assert fault_of(window, code.secret, Wall(NOW + 599.9)) is None
    assert fault_of(window, code.secret, Wall(NOW + 600)) is not None


def test_a_wrong_code_is_refused_and_after_five_the_right_one_too() -> None:
    window, code = open_window(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    assert fault_of(window, "aaaaab", NOW) == "the code is wrong"
    worn = window._replace(wrong=MOST_WRONG)
    assert fault_of(worn, code.secret, NOW) == "no such window is open"


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
        open_window(UnitId(name), ROOM, AUTHORITY, END)


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


def test_a_window_is_used_once_and_counts_wrong_guesses(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    window, _ = open_window(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    ledger.open(window)
    ledger.guessed_wrong(window)
    assert ledger.find(window.id) == window._replace(wrong=1)
    assert ledger.use_up(window)
    assert not ledger.use_up(window)
    assert ledger.find(window.id) is None
    ledger.close()


def test_a_second_window_for_a_unit_closes_the_first(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    first, _ = open_window(UnitId("lincoln-204"), ROOM, AUTHORITY, END)
    second, _ = open_window(
        UnitId("lincoln-204"), ROOM, AUTHORITY, END, lambda name: name == first.id
    )
    ledger.open(first)
    ledger.open(second)
    assert ledger.find(first.id) is None
    ledger.close()
