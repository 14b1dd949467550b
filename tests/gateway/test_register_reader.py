"""Settings and register are read again in a thread of their own: the loop gets what is whole."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.config.last_good import LastGood
from gateway.config.load import accept_register, read_register, read_zones
from gateway.config.register_reader import RegisterReader
from gateway.config.settings import GatewaySettings
from gateway.core.events import RegisterRead
from service.settings import load
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, school
from wire.ids import RoomId

Heard = SimpleQueue[Any]
ROOM = "101,Room 101,Main,1,lincoln-101,,,\n"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        yield found


def reader_of(found: School, heard: Heard) -> RegisterReader:
    settings = load(found.config, GatewaySettings)
    zones = read_zones(settings, read_register(settings))
    return RegisterReader(found.config, settings, zones.take, heard.put)


def test_the_files_are_read_once_and_kept_which_is_no_change(lincoln: School) -> None:
    heard = Heard()
    reader = reader_of(lincoln, heard)
    reader.check()
    reader.check()
    assert RoomId("101") in heard.get_nowait().register.by_room
    assert heard.empty()
    assert LastGood(lincoln.folder / "tocsin.db").register.exists()


def test_a_file_that_was_replaced_is_read_once_more(lincoln: School) -> None:
    heard = Heard()
    reader = reader_of(lincoln, heard)
    reader.check()
    with (lincoln.folder / "rooms.csv").open("a") as rooms:
        rooms.write("999,Chapel,Main,1,lincoln-999,,,\n")
    reader.check()
    reader.check()
    events = [heard.get_nowait() for _ in range(heard.qsize())]
    assert [type(each) for each in events] == [RegisterRead, RegisterRead]
    assert events[1].register.by_room[RoomId("999")].room.name == "Chapel"


def test_a_lost_room_is_refused_until_somebody_accepts_it(lincoln: School) -> None:
    heard, rooms = Heard(), lincoln.folder / "rooms.csv"
    reader = reader_of(lincoln, heard)
    reader.check()
    rooms.write_text(rooms.read_text().replace(ROOM, ""))
    reader.check()
    assert reader.fault
    accept_register(load(lincoln.config, GatewaySettings), lincoln.config)
    reader.check()
    assert reader.fault is None
    events = [heard.get_nowait() for _ in range(heard.qsize())]
    assert [type(each) for each in events] == [RegisterRead, RegisterRead]


def test_who_asks_has_it_read_though_nothing_changed(lincoln: School) -> None:
    heard = Heard()
    reader = reader_of(lincoln, heard)
    reader.check()
    reader.read_again()
    reader.check()
    assert heard.qsize() == 2


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
@pytest.mark.timeout(60)
def test_what_stands_in_the_place_of_a_copy_is_told_or_replaced_and_hinders_no_register(
    lincoln: School, put: Callable[[Path], None]
) -> None:
    heard, copy = Heard(), LastGood(lincoln.folder / "tocsin.db").settings
    put(copy)
    reader = reader_of(lincoln, heard)
    reader.check()
    assert isinstance(heard.get_nowait(), RegisterRead)
    if copy.is_dir():
        reader.check()
        assert "no copies" in (reader.fault or "")
        copy.rmdir()
    reader.check()
    assert (copy.is_file(), reader.fault, heard.empty()) == (True, None, True)
