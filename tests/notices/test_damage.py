"""What is wrong with the files of those who tell people keeps nobody from being told."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.config.people import good_copy
from gateway.notices.roster import Roster
from tests.notices.school import Notices, Receiver, person
from tests.notices.test_telling import now
from tests.waiting import until


def _rubbish(path: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)


def _odd_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE notice SET level = 99")


@pytest.mark.parametrize("spoil", [_rubbish, _odd_row])
def test_a_damaged_record_keeps_nobody_from_being_told(
    notices: Notices, web: Receiver, spoil: Callable[[Path], None]
) -> None:
    notices.write([person("Ms. Lee", web.url, f"{web.url}/2")])
    notices.begin("not-delivered", now())
    with notices.running():
        until(lambda: web.got, within=20)
    spoil(notices.record)
    notices.begin("unverified-alert-lincoln-1", now())
    with notices.running():
        until(lambda: any("unverified" in each for each in web.titles()), within=20)


def test_people_are_told_while_the_record_takes_nothing(notices: Notices, web: Receiver) -> None:
    notices.write([person("Ms. Lee", web.url, f"{web.url}/2")])
    with notices.running(), closing(sqlite3.connect(notices.record)) as other:
        other.execute("BEGIN IMMEDIATE")
        notices.begin("not-delivered", now())
        until(lambda: len(web.got) > 1, within=20)
        until(lambda: "takes nothing" in notices.log.read_text())
        other.rollback()
        notices.begin("unverified-alert-lincoln-1", now())
        until(lambda: notices.rows("SELECT count(*) FROM attempt WHERE reached") == [(2,)], 20)
    assert sum("not-delivered" in each for each in web.titles()) == 2


def test_a_copy_of_the_people_that_cannot_be_kept_is_told_and_tried_again(
    notices: Notices, web: Receiver
) -> None:
    notices.write([person("Ms. Lee", web.url)])
    copy = good_copy(notices.record)
    copy.mkdir()
    roster = Roster(notices.folder / "people.toml", notices.record)
    assert "no copy of people.toml" in (roster.fault or "")
    copy.rmdir()
    assert (roster.look(), roster.fault, copy.is_file()) == (False, None, True)
