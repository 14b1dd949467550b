"""Open pages of the units share one reading, and a reading that fails is told and tried again."""

import asyncio
import gzip
import threading

import pytest

from gateway.console.fleet_board import FleetBoard, FleetDocument


class Books:
    """What is read; `fails` as a disk may."""

    def __init__(self) -> None:
        self.readings = 0
        self.fails = False
        self._lock = threading.Lock()

    def read(self) -> bytes:
        with self._lock:
            self.readings += 1
        if self.fails:
            raise OSError("no disk")
        return b'{"units": []}'


async def ask(board: FleetBoard, pages: int) -> list[FleetDocument | BaseException]:
    asked = (board.told() for _ in range(pages))
    return await asyncio.gather(*asked, return_exceptions=True)


def test_fifty_pages_that_ask_at_once_cost_one_reading() -> None:
    books = Books()
    told = asyncio.run(ask(FleetBoard(books.read), 50))
    assert books.readings == 1
    assert {each.plain for each in told if isinstance(each, FleetDocument)} == {b'{"units": []}'}


def test_what_is_packed_is_the_same() -> None:
    told = asyncio.run(FleetBoard(Books().read).told())
    assert gzip.decompress(told.packed) == told.plain


def test_a_reading_that_fails_leaves_nothing_old_in_its_place() -> None:
    books = Books()

    async def turn() -> None:
        board = FleetBoard(books.read)
        books.fails = True
        with pytest.raises(OSError, match="no disk"):
            await board.told()
        books.fails = False
        assert (await board.told()).plain

    asyncio.run(turn())
