"""The owner loop and its workers on real threads; only time runs faster."""

import itertools
import logging
import queue
import threading
from pathlib import Path

import pytest

from gateway.cameras.events import Pace, Shot
from gateway.cameras.folder import FrameWriter
from gateway.cameras.loop import CameraLoop, Inbox
from gateway.cameras.source import CameraError
from gateway.cameras.watch import PATIENCE
from gateway.cameras.worker import Worker
from gateway.frames import FrameFolder
from service.events import Stop
from tests.cameras.webcam import picture
from tests.waiting import until
from wire.ids import CameraId, Monotonic, Wall

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
    worker = Worker(HALL, 1, Buggy(), answers.put)
    for _ in range(2):
        worker.ask(Pace.REST)
        answer = answers.get(timeout=5)
        assert answer.reason == r"this software failed: KeyError('\x1b[31mno such field')"  # type: ignore[union-attr]


def test_a_worker_left_behind_frees_its_camera_when_it_comes_back() -> None:
    source = Hanging()
    worker = Worker(HALL, 1, source, lambda _: None)
    worker.ask(Pace.REST)
    worker.leave()
    assert not source.closed.is_set()
    source.end.set()
    assert source.closed.wait(5)


def test_a_camera_that_hangs_for_ever_ends_in_a_plea_for_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox: Inbox = queue.SimpleQueue()
    sources: list[Hanging] = []

    def hire(camera: CameraId, number: int) -> Worker:
        sources.append(Hanging())
        return Worker(camera, number, sources[-1], inbox.put)

    seconds = itertools.count(step=20)
    folder = FrameWriter(tmp_path / "frames")
    loop = CameraLoop(
        {HALL: PATIENCE}, hire, folder, inbox, lambda: Monotonic(float(next(seconds)))
    )
    caplog.set_level(logging.ERROR)
    serving = threading.Thread(target=loop.run, daemon=True)
    serving.start()
    until(lambda: "cameras that only a restart can help: hall-2" in caplog.text)
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
        folder.show(HALL, picture(), Wall(5.0))
    assert (tmp_path / "precious").read_text() == "kept"


def test_a_frame_takes_the_reason_away_and_a_reason_leaves_the_frame(tmp_path: Path) -> None:
    writer, reader = FrameWriter(tmp_path / "frames"), FrameFolder(tmp_path / "frames")
    writer.tell(HALL, "it answers 404")
    writer.show(HALL, picture(), Wall(5.0))
    assert (reader.newest(HALL) is not None, reader.reason(HALL)) == (True, None)
    writer.tell(HALL, "it answers 404")
    assert (reader.newest(HALL) is not None, reader.reason(HALL)) == (True, "it answers 404")
