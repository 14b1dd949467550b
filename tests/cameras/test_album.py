"""The album of an incident: what is kept, for how long, and what happens when it cannot be."""

import hashlib
import os
import sqlite3
import subprocess
import time
from math import inf
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.cameras.frame_writer import FrameWriter
from gateway.cameras.frames import FrameFolder
from gateway.cameras.monitor import CameraMonitor
from gateway.core.effects import SavePastFrames, SavePicture
from gateway.core.events import HealthStatus
from gateway.core.values import Frame, Now
from gateway.store.pictures.reader import PictureReader
from gateway.store.pictures.writer import LEAST_FREE, LONGEST_WAIT, PictureWriter
from service.watched_thread import WatchedThread, faults_of, watched_threads
from tests.cameras.webcam import picture
from tests.waiting import until
from wire.gateway_troubles import CAMERA, PICTURES
from wire.ids import CameraId, IncidentId, Monotonic, RoomId, Seconds, Wall

HALL, INCIDENT, ROOM = CameraId("hall-2"), IncidentId("i-1"), RoomId("204")
PRESSED = Wall(1_790_000_000.0)
DAY = 86400.0


def at(seconds: float) -> Now:
    return Now(Monotonic(seconds), Wall(PRESSED + seconds))


def shot(seconds: float, incident: IncidentId = INCIDENT) -> SavePicture:
    return SavePicture(incident, ROOM, PRESSED, Frame(HALL, picture(), Wall(PRESSED + seconds)))


class AlbumUnderTest:
    """Pictures with their writer, whose clock and turns are the test's."""

    def __init__(self, folder: Path, before: float = 0.0, is_clock_set: bool = True) -> None:
        self.path = folder / "pictures.db"
        self.album = PictureReader(self.path)
        self.told: SimpleQueue[Any] = SimpleQueue()
        frames = FrameFolder(folder / "frames")
        self.writer = PictureWriter(
            self.path, frames, Seconds(before), 30, self.told.put, lambda: at(0),
            lambda _: is_clock_set,
        )  # fmt: skip

    def keep(self, *work: SavePicture | SavePastFrames, now: float = 0.0) -> list[float]:
        """Keep `work`; returns when, from the press on, each kept picture was taken."""
        for each in work:
            self.writer.add(each)
        self.writer.turn(at(now), 0.0)
        return [kept.seconds_from_press for kept in self.album.pictures(INCIDENT)]


def test_who_waits_for_pictures_is_never_taken_for_one_that_hangs(tmp_path: Path) -> None:
    AlbumUnderTest(tmp_path).writer.start()

    def turning() -> list[WatchedThread]:
        return [each for each in watched_threads() if each.name == "album" and each.until < inf]

    until(lambda: bool(turning()))
    ends = time.monotonic() + LONGEST_WAIT
    assert not any(faults_of(turning(), Monotonic(ends + 60)).values())


@pytest.fixture
def made(tmp_path: Path) -> AlbumUnderTest:
    return AlbumUnderTest(tmp_path)


def test_a_picture_is_kept_with_its_time_its_hash_and_nobody_elses_eyes(
    made: AlbumUnderTest,
) -> None:
    made.keep(shot(1.25))
    (kept,) = made.album.pictures(INCIDENT)
    assert (kept.camera, kept.room, kept.seconds_from_press) == (HALL, ROOM, 1.25)
    assert kept.taken_at == PRESSED + 1.25
    jpeg = made.album.jpeg(kept.id, INCIDENT)
    assert jpeg == picture()
    assert hashlib.sha256(jpeg).hexdigest() == kept.sha256
    assert kept.size == len(jpeg)
    assert made.path.stat().st_mode & 0o777 == 0o640


def test_a_picture_is_kept_once_and_only_for_its_incident(made: AlbumUnderTest) -> None:
    assert made.keep(shot(1), shot(1), shot(2, IncidentId("i-2"))) == [1.0]
    (other,) = made.album.pictures(IncidentId("i-2"))
    assert made.album.jpeg(other.id, INCIDENT) is None


def test_a_picture_that_was_changed_on_the_disk_is_not_shown(made: AlbumUnderTest) -> None:
    made.keep(shot(1))
    with sqlite3.connect(made.path) as db:
        db.execute("UPDATE picture SET jpeg = ?", (b"another",))
    db.close()
    assert made.album.jpeg(1, INCIDENT) is None


def test_what_memory_holds_of_the_10_s_before_a_press_goes_into_the_incident(
    tmp_path: Path,
) -> None:
    writer = FrameWriter(tmp_path / "frames", Seconds(10))
    for second in range(-15, 3):
        writer.show_frame(HALL, picture(), Wall(PRESSED + second))
    past = SavePastFrames(INCIDENT, HALL, ROOM, PRESSED)
    assert AlbumUnderTest(tmp_path, before=10.0).keep(past) == [
        float(each) for each in range(-8, 1)
    ]
    assert AlbumUnderTest(tmp_path / "x", before=0.0).keep(past) == []


def test_more_pictures_than_a_disk_can_take_are_dropped_and_nobody_waits(
    made: AlbumUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    for second in range(100):
        made.writer.add(shot(second))
    assert len(made.keep(shot(200))) == 64
    assert "37 pictures were not saved" in caplog.text


def test_without_an_album_there_are_no_pictures(made: AlbumUnderTest) -> None:
    assert made.album.pictures(INCIDENT) == []
    assert made.album.jpeg(1, INCIDENT) is None


def test_after_30_days_pictures_are_deleted_and_the_disk_has_its_room_back(
    made: AlbumUnderTest,
) -> None:
    for second in range(300):
        made.keep(shot(second))
    size = made.path.stat().st_size
    assert len(made.keep(now=29 * DAY)) == 300
    assert made.keep(shot(1 * DAY), now=30 * DAY + 300) == [1 * DAY]
    assert made.path.stat().st_size < size / 3
    assert picture()[100:200] not in made.path.read_bytes().replace(
        made.album.jpeg(301, INCIDENT) or b"", b""
    )


def test_the_job_looks_once_an_hour_by_a_clock_that_nobody_sets(made: AlbumUnderTest) -> None:
    made.keep(shot(0), now=0)
    jumped = Now(Monotonic(3599.0), Wall(PRESSED + 31 * DAY))
    made.writer.turn(jumped, 0.0)
    assert made.album.pictures(INCIDENT)
    made.writer.turn(jumped._replace(mono=Monotonic(3600.0)), 0.0)
    assert not made.album.pictures(INCIDENT)


def test_a_clock_that_nobody_has_set_deletes_nothing(tmp_path: Path) -> None:
    made = AlbumUnderTest(tmp_path, is_clock_set=False)
    made.keep(shot(0))
    assert made.keep(now=99 * DAY) == [0.0]


def test_a_disk_that_takes_no_picture_is_a_trouble_until_it_does(tmp_path: Path) -> None:
    (tmp_path / "pictures.db").mkdir()
    made = AlbumUnderTest(tmp_path)
    made.writer.add(shot(1))
    made.writer.turn(at(0), 0.0)
    assert "pictures are not saved" in str(made.told.get_nowait().detail)
    (tmp_path / "pictures.db").rmdir()
    assert made.keep(shot(2)) == [2.0]
    assert made.told.get_nowait() == HealthStatus(PICTURES.name(), None)


@pytest.mark.root
def test_a_disk_that_is_nearly_full_is_left_to_the_alerts(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={LEAST_FREE // 2}", "small", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        made = AlbumUnderTest(tmp_path)
        assert made.keep(shot(1)) == []
        assert "the disk is nearly full" in str(made.told.get_nowait().detail)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_dead_camera_is_a_trouble_pressed_or_not_and_ends_with_its_next_picture(
    tmp_path: Path,
) -> None:
    writer, told = FrameWriter(tmp_path / "frames"), SimpleQueue[Any]()
    monitor = CameraMonitor([HALL], FrameFolder(tmp_path / "frames"), told.put)
    writer.show_frame(HALL, picture(), PRESSED)
    monitor.check(Wall(PRESSED + 9))
    assert told.empty()
    writer.show_reason(HALL, "the camera answers 404", Wall(PRESSED + 1))
    for seconds in (11, 16):
        monitor.check(Wall(PRESSED + seconds))
    assert told.get_nowait() == HealthStatus(CAMERA.name("hall-2"), "the camera answers 404")
    assert told.empty()
    writer.show_frame(HALL, picture(), Wall(PRESSED + 20))
    monitor.check(Wall(PRESSED + 21))
    assert told.get_nowait() == HealthStatus(CAMERA.name("hall-2"), None)


def test_a_camera_process_that_is_gone_makes_every_camera_a_trouble(tmp_path: Path) -> None:
    told = SimpleQueue[Any]()
    CameraMonitor([HALL, CameraId("gym")], FrameFolder(tmp_path), told.put).check(PRESSED)
    assert {told.get_nowait().name, told.get_nowait().name} == {"camera-hall-2", "camera-gym"}
