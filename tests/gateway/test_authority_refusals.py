"""What the authority refused stands in the gateway's books: once, a few at a time, read as a
stranger's word.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.app.authority_refusals import AuthorityRefusals
from gateway.config.told_refusals import RefusalsLeft, read_refusals
from gateway.store.actions import ActionQueue
from tests.gateway.stored import Disk
from wire.errors import WireError

NAME = "11111111-1111-4111-8111-111111111111"


class Books:
    """A gateway's books beside the file of an authority."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder)
        self.file = folder / "refused.json"
        self.authority = RefusalsLeft(self.file)
        self.start()

    def start(self) -> None:
        self.gateway = AuthorityRefusals(self.file, ActionQueue(self.disk.path), lambda _: None)

    def words(self) -> list[str]:
        self.gateway.take()
        with closing(sqlite3.connect(self.disk.path)) as db:
            rows = db.execute("SELECT what, by, text FROM action ORDER BY id").fetchall()
        return [f"{what} {by}: {text}" for what, by, text in rows]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    made = Books(tmp_path)
    yield made
    made.disk.store.stop(within=2.0)


def test_a_refusal_is_one_event_also_after_a_restart(books: Books) -> None:
    books.authority.put("somebody", "/join: wrong code, from 192.0.2.7")
    found = ["refused somebody: by the authority: /join: wrong code, from 192.0.2.7"]
    assert books.words() == found
    books.start()
    books.authority.put("somebody", "/renew: ended\x1b[2J")
    assert books.words() == [*found, "refused somebody: by the authority: /renew: ended\\x1b[2J"]


def test_of_very_many_some_are_taken_at_a_time_and_none_twice(books: Books) -> None:
    for each in range(120):
        books.authority.put("somebody", f"number {each}")
    told = [books.words() for _ in range(7)]
    assert len(told[0]) == 20
    assert told[4] == told[6]
    assert [words.rpartition(" ")[2] for words in told[6]] == [str(n) for n in range(20, 120)]


@pytest.mark.parametrize(
    "strange",
    [
        "rubbish",
        "[" * 100_000,
        json.dumps([[NAME, "by", "words"]] * 101),
        json.dumps([["../x", "by", "words"]]),
        json.dumps([[NAME, "by", 7]]),
        json.dumps([[NAME, "by", "x" * 200_000]]),
        "{}",
    ],
)
def test_what_no_authority_writes_is_refused_and_what_comes_after_it_taken(
    books: Books, strange: str
) -> None:
    books.file.write_text(strange)
    with pytest.raises(WireError):
        read_refusals(books.file)
    assert books.words() == []
    books.authority.put("somebody", "wrong code")
    assert len(books.words()) == 1


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_waited_for(books: Books, make: Any) -> None:
    make(books.file)
    assert books.words() == []
