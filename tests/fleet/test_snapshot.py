"""The file by which the gateway tells other processes of its units is whole, or is not believed."""

import os
from pathlib import Path

import pytest

from gateway.config.frame_names import NEXT_UNITS, UNITS
from gateway.core.values import ChannelId
from gateway.fleet.snapshot import SnapshotFile
from tests.fleet.known import beat
from wire.codec import encode
from wire.ids import Monotonic, UnitId

PROVEN = {ChannelId("county-911"): Monotonic(7.0)}
STARTED = Monotonic(5.0)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    said = beat("clock", heard=12.5)
    SnapshotFile(tmp_path).write(STARTED, PROVEN, [(said.heard, encode(said.said))])
    read = SnapshotFile(tmp_path).read()
    assert read
    assert (read.started, read.proven, read.beats) == (STARTED, PROVEN, {said.said.unit: said})
    assert not list(tmp_path.glob("*.new"))


def test_a_heartbeat_with_line_breaks_between_its_fields_is_read(tmp_path: Path) -> None:
    said = beat(heard=12.5)
    spread = encode(said.said).replace(b",", b",\n")
    SnapshotFile(tmp_path).write(STARTED, PROVEN, [(said.heard, spread)])
    read = SnapshotFile(tmp_path).read()
    assert read
    assert read.beats == {UnitId("lincoln-204"): said}


RUBBISH = ["", "null", "{}", '{"at":"x"}', "[1]", "\x00", '{"at":1}\n{', "[" * 99_999]
TOO_LARGE = f'{{"at":1{"0" * 400},"started":1,"proven":{{}}}}'


@pytest.mark.parametrize("text", [*RUBBISH, TOO_LARGE], ids=lambda text: text[:9])
def test_rubbish_in_its_place_is_as_no_file(tmp_path: Path, text: str) -> None:
    (tmp_path / UNITS).write_text(text)
    assert SnapshotFile(tmp_path).read() is None


def test_a_line_that_is_no_heartbeat_costs_no_other_unit(tmp_path: Path) -> None:
    said = beat(heard=12.5)
    SnapshotFile(tmp_path).write(
        STARTED, PROVEN, [(Monotonic(1.0), b"rubbish"), (said.heard, encode(said.said))]
    )
    read = SnapshotFile(tmp_path).read()
    assert read
    assert list(read.beats) == ["lincoln-204"]


@pytest.mark.parametrize("heard", ["inf", "nan", "1e9", "1" * 400])
def test_a_heartbeat_of_a_time_to_come_is_none(tmp_path: Path, heard: str) -> None:
    said = encode(beat().said).decode()
    (tmp_path / UNITS).write_text(f'{{"at":1,"started":0,"proven":{{}}}}\n{heard} {said}')
    read = SnapshotFile(tmp_path).read()
    assert read
    assert not read.beats


def test_a_folder_that_is_not_there_or_full_raises_nothing(tmp_path: Path) -> None:
    SnapshotFile(tmp_path / "missing").write(STARTED, PROVEN, [])
    assert SnapshotFile(tmp_path / "missing").read() is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", [UNITS, NEXT_UNITS])
def test_a_pipe_in_its_place_holds_neither_the_gateway_nor_a_reader(
    tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    assert SnapshotFile(tmp_path).read() is None
    SnapshotFile(tmp_path).write(STARTED, PROVEN, [])
