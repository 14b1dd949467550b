"""The album of an incident: what is kept, for how long, and what happens when it cannot be."""

import hashlib
import os
import sqlite3
import subprocess
from pathlib import Path
from queue import SimpleQueue

import pytest

from gateway.album.keeper import LEAST_FREE, AlbumKeeper
from gateway.album.reader import Album
from gateway.cameras.folder import FrameWriter
from gateway.frames import FrameFolder
from gateway.rounds import Rounds
from gateway.work import Condition, Frame, KeepPast, KeepPicture, Now
from tests.cameras.webcam import picture
from wire.ids import CameraId, IncidentId, Monotonic, RoomId, Seconds, Wall

HALL, INCIDENT, ROOM = CameraId("hall-2"), IncidentId("i-1"), RoomId("204")
PRESSED = Wall(1_790_000_000.0)
DAY = 86400.0


def at(seconds: float) -> Now:
    return Now(Monotonic(seconds), Wall(PRESSED + seconds))


def shot(seconds: float, incident: IncidentId = INCIDENT) -> KeepPicture:
    return KeepPicture(incident, ROOM, PRESSED, Frame(HALL, picture(), Wall(PRESSED + seconds)))


class Desk:
    """An album with its keeper, whose clock and turns are the test's."""

    def __init__(self, folder: Path, before: float = 0.0, is_clock_set: bool = True) -> None:
        self.path = folder / "pictures.db"
        self.album = Album(self.path)
        self.told: SimpleQueue[Condition] = SimpleQueue()
        frames = FrameFolder(folder / "frames")
        self.keeper = AlbumKeeper(
            self.path, frames, Seconds(before), 30, self.told.put, lambda: at(0),
            lambda _: is_clock_set,
        )  # fmt: skip

    def keep(self, *work: KeepPicture | KeepPast, now: float = 0.0) -> list[float]:
        """Keep `work`; returns when, from the press on, each kept picture was taken."""
        for each in work:
            self.keeper.add(each)
        self.keeper.turn(at(now), 0.0)
        return [kept.seconds_from_press for kept in self.album.pictures(INCIDENT)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_picture_is_kept_with_its_time_its_hash_and_nobody_elses_eyes(desk: Desk) -> None:
    desk.keep(shot(1.25))
    (kept,) = desk.album.pictures(INCIDENT)
    assert (kept.camera, kept.room, kept.seconds_from_press) == (HALL, ROOM, 1.25)
    assert kept.taken_at == PRESSED + 1.25
    jpeg = desk.album.jpeg(kept.id, INCIDENT)
    assert jpeg == picture()
    assert hashlib.sha256(jpeg).hexdigest() == kept.sha256
    assert kept.size == len(jpeg)
    assert desk.path.stat().st_mode & 0o777 == 0o600


def test_a_picture_is_kept_once_and_only_for_its_incident(desk: Desk) -> None:
    assert desk.keep(shot(1), shot(1), shot(2, IncidentId("i-2"))) == [1.0]
    (other,) = desk.album.pictures(IncidentId("i-2"))
    assert desk.album.jpeg(other.id, INCIDENT) is None


def test_a_picture_that_was_changed_on_the_disk_is_not_shown(desk: Desk) -> None:
    desk.keep(shot(1))
    with sqlite3.connect(desk.path) as db:
        db.execute("UPDATE picture SET jpeg = ?", (b"another",))
    db.close()
    assert desk.album.jpeg(1, INCIDENT) is None


def test_what_memory_holds_of_the_10_s_before_a_press_goes_into_the_incident(
    tmp_path: Path,
) -> None:
    writer = FrameWriter(tmp_path / "frames", Seconds(10))
    for second in range(-15, 3):
        writer.show(HALL, picture(), Wall(PRESSED + second))
    past = KeepPast(INCIDENT, HALL, ROOM, PRESSED)
    assert Desk(tmp_path, before=10.0).keep(past) == [float(each) for each in range(-8, 1)]
    assert Desk(tmp_path / "x", before=0.0).keep(past) == []


def test_more_pictures_than_a_disk_can_take_are_dropped_and_nobody_waits(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for second in range(100):
        desk.keeper.add(shot(second))
    assert len(desk.keep(shot(200))) == 64
    assert "37 pictures were not kept" in caplog.text


def test_without_an_album_there_are_no_pictures(desk: Desk) -> None:
    assert desk.album.pictures(INCIDENT) == []
    assert desk.album.jpeg(1, INCIDENT) is None


def test_after_30_days_pictures_are_deleted_and_the_disk_has_its_room_back(desk: Desk) -> None:
    for second in range(300):
        desk.keep(shot(second))
    size = desk.path.stat().st_size
    assert len(desk.keep(now=29 * DAY)) == 300
    assert desk.keep(shot(1 * DAY), now=30 * DAY + 300) == [1 * DAY]
    assert desk.path.stat().st_size < size / 3
    assert picture()[100:200] not in desk.path.read_bytes().replace(
        desk.album.jpeg(301, INCIDENT) or b"", b""
    )


def test_the_job_looks_once_an_hour_by_a_clock_that_nobody_sets(desk: Desk) -> None:
    desk.keep(shot(0), now=0)
    jumped = Now(Monotonic(3599.0), Wall(PRESSED + 31 * DAY))
    desk.keeper.turn(jumped, 0.0)
    assert desk.album.pictures(INCIDENT)
    desk.keeper.turn(jumped._replace(mono=Monotonic(3600.0)), 0.0)
    assert not desk.album.pictures(INCIDENT)


def test_a_clock_that_nobody_has_set_deletes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, is_clock_set=False)
    desk.keep(shot(0))
    assert desk.keep(now=99 * DAY) == [0.0]


def test_a_disk_that_takes_no_picture_is_a_trouble_until_it_does(tmp_path: Path) -> None:
    (tmp_path / "pictures.db").mkdir()
    desk = Desk(tmp_path)
    desk.keeper.add(shot(1))
    desk.keeper.turn(at(0), 0.0)
    assert "no picture is kept" in str(desk.told.get_nowait().detail)
    (tmp_path / "pictures.db").rmdir()
    assert desk.keep(shot(2)) == [2.0]
    assert desk.told.get_nowait() == Condition("pictures", None)


@pytest.mark.root
def test_a_disk_that_is_nearly_full_is_left_to_the_alerts(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={LEAST_FREE // 2}", "small", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        desk = Desk(tmp_path)
        assert desk.keep(shot(1)) == []
        assert "the disk is nearly full" in str(desk.told.get_nowait().detail)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_dead_camera_is_a_trouble_pressed_or_not_and_ends_with_its_next_picture(
    tmp_path: Path,
) -> None:
    writer, told = FrameWriter(tmp_path / "frames"), SimpleQueue[Condition]()
    rounds = Rounds([HALL], FrameFolder(tmp_path / "frames"), told.put)
    writer.show(HALL, picture(), PRESSED)
    rounds.look(Wall(PRESSED + 9))
    assert told.empty()
    writer.tell(HALL, "it answers 404", Wall(PRESSED + 1))
    for seconds in (11, 16):
        rounds.look(Wall(PRESSED + seconds))
    assert told.get_nowait() == Condition("camera-hall-2", "it answers 404")
    assert told.empty()
    writer.show(HALL, picture(), Wall(PRESSED + 20))
    rounds.look(Wall(PRESSED + 21))
    assert told.get_nowait() == Condition("camera-hall-2", None)


def test_a_camera_process_that_is_gone_makes_every_camera_a_trouble(tmp_path: Path) -> None:
    told = SimpleQueue[Condition]()
    Rounds([HALL, CameraId("gym")], FrameFolder(tmp_path), told.put).look(PRESSED)
    assert {told.get_nowait().name, told.get_nowait().name} == {"camera-hall-2", "camera-gym"}
