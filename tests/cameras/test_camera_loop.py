"""The owner loop and its workers on real threads; only time runs faster."""

import itertools
import logging
import queue
import threading
from pathlib import Path

import pytest

from gateway.cameras.events import Failed, Pace, Shot
from gateway.cameras.frame_writer import FrameWriter
from gateway.cameras.frames import FrameFolder, Unavailable
from gateway.cameras.leases import HeldLeases
from gateway.cameras.loop import CameraLoop, Inbox
from gateway.cameras.picture_memory import PictureMemory
from gateway.cameras.sources.source import CameraError
from gateway.cameras.supervisor import PATIENCE
from gateway.cameras.worker import Worker
from gateway.core.values import Frame, Now
from service.events import Stop
from tests.cameras.webcam import picture
from tests.waiting import patience, until
from wire.ids import CameraId, Monotonic, Seconds, Wall

HALL = CameraId("hall-2")


class Hanging:
    """A source such as picamera2 can be: it never comes back, and cannot be cut."""

    def __init__(self) -> None:
        self.end = threading.Event()
        self.closed = threading.Event()

    def take(self, _pace: Pace, /) -> Shot:
        self.end.wait()
        raise CameraError("back at last")

    def cut(self) -> None:
        pass

    def close(self) -> None:
        self.closed.set()


class Buggy(Hanging):
    def take(self, _pace: Pace, /) -> Shot:
        raise KeyError("\x1b[31mno such field")


def test_a_worker_tells_of_a_fault_of_our_own_and_lives_on() -> None:
    answers: Inbox = queue.SimpleQueue()
    worker = Worker(HALL, 1, Buggy(), PictureMemory().share(), answers.put)
    for _ in range(2):
        worker.ask(Pace.REST)
        failed = answers.get(timeout=patience(5))
        assert isinstance(failed, Failed)
        told = r"the program failed, not the camera: KeyError('\x1b[31mno such field')"
        assert failed.reason == told


def test_a_worker_left_behind_frees_its_camera_when_it_comes_back() -> None:
    source = Hanging()
    worker = Worker(HALL, 1, source, PictureMemory().share(), lambda _: None)
    worker.ask(Pace.REST)
    worker.retire()
    assert not source.closed.is_set()
    source.end.set()
    assert source.closed.wait(5)


def test_a_camera_that_hangs_for_ever_ends_in_a_plea_for_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox: Inbox = queue.SimpleQueue()
    sources: list[Hanging] = []

    def start_worker(camera: CameraId, number: int) -> Worker:
        sources.append(Hanging())
        return Worker(camera, number, sources[-1], PictureMemory().share(), inbox.put)

    seconds = itertools.count(step=20)
    folder = FrameWriter(tmp_path / "frames")

    def clock() -> Now:
        return Now(Monotonic(float(next(seconds))), Wall(0.0))

    leases = HeldLeases(tmp_path / "leases")
    loop = CameraLoop({HALL: PATIENCE}, start_worker, folder, leases, inbox, clock)
    caplog.set_level(logging.ERROR)
    serving = threading.Thread(target=loop.run, daemon=True)
    serving.start()
    until(lambda: "cameras that need a restart of this process: hall-2" in caplog.text)
    inbox.put(Stop())
    serving.join(5)
    assert 2 <= len(sources) <= 4
    assert FrameFolder(tmp_path / "frames").reason(HALL)
    for each in sources:
        each.end.set()


def test_a_link_left_in_the_folder_is_never_written_through(tmp_path: Path) -> None:
    folder = FrameWriter(tmp_path / "frames")
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "frames" / "hall-2.half").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic"):
        folder.show_frame(HALL, picture(), Wall(5.0))
    assert (tmp_path / "precious").read_text() == "kept"


def test_a_frame_takes_the_reason_away_and_a_reason_leaves_the_frame(tmp_path: Path) -> None:
    writer, reader = FrameWriter(tmp_path / "frames"), FrameFolder(tmp_path / "frames")
    writer.show_reason(HALL, "the camera answers 404", Wall(5.0))
    writer.show_frame(HALL, picture(), Wall(5.0))
    assert (reader.newest(HALL) is not None, reader.reason(HALL)) == (True, None)
    writer.show_reason(HALL, "the camera answers 404", Wall(5.0))
    assert (reader.newest(HALL) is not None, reader.reason(HALL)) == (
        True,
        "the camera answers 404",
    )


def test_a_camera_is_dead_since_its_first_reason_until_it_shows_something(tmp_path: Path) -> None:
    writer, reader = FrameWriter(tmp_path / "frames"), FrameFolder(tmp_path / "frames")
    writer.show_reason(HALL, "no picture within 4 s", Wall(5.0))
    writer.show_reason(HALL, "the camera cannot be reached", Wall(9.0))
    assert reader.current(HALL, Wall(10.0)) == Unavailable(
        HALL, "the camera cannot be reached", Wall(5.0)
    )
    writer.show_frame(HALL, picture(), Wall(20.0))
    assert isinstance(reader.current(HALL, Wall(21.0)), Frame)
    writer.show_reason(HALL, "the camera answers 404", Wall(30.0))
    assert reader.current(HALL, Wall(31.0)) == Unavailable(
        HALL, "the camera answers 404", Wall(30.0)
    )


def test_frames_of_the_past_are_held_only_as_long_as_the_site_allows(tmp_path: Path) -> None:
    writer, reader = FrameWriter(tmp_path / "f", Seconds(10)), FrameFolder(tmp_path / "f")
    for second in range(30):
        writer.show_frame(HALL, picture(), Wall(1000.0 + second))
    taken = [frame.taken_at for frame in reader.past(HALL, Wall(1024.0))]
    assert taken == [1024.0, 1025.0, 1026.0, 1027.0, 1028.0, 1029.0]
    assert len(reader.past(HALL, Wall(0.0))) == 11
    writer.clear_frame(HALL)
    assert reader.past(HALL, Wall(0.0)) == []


def test_a_clock_that_is_set_back_lets_no_past_pile_up(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "f", Seconds(10))
    for second in range(300):
        writer.show_frame(HALL, picture(), Wall(9000.0 - second))
    assert len(list((tmp_path / "f").glob("*.past"))) <= 150


def test_where_the_site_does_not_allow_it_no_past_is_held(tmp_path: Path) -> None:
    writer, reader = FrameWriter(tmp_path / "f"), FrameFolder(tmp_path / "f")
    writer.show_frame(HALL, picture(), Wall(1000.0))
    writer.show_frame(HALL, picture(), Wall(1001.0))
    assert reader.past(HALL, Wall(0.0)) == []
