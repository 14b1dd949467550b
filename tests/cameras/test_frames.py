"""What the alert path is given of the memory folder, whatever lies there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cameras.frames import FrameFolder, Unavailable
from gateway.core.values import Frame
from wire.ids import CameraId, Wall

HALL = CameraId("hall-2")
JPEG = b"\xff\xd8\xff\xe0" + bytes(1000) + b"\xff\xd9"


def test_a_frame_is_read_with_the_moment_it_was_taken(tmp_path: Path) -> None:
    (tmp_path / "hall-2.jpg").write_bytes(JPEG)
    os.utime(tmp_path / "hall-2.jpg", ns=(0, 1_790_000_000_250_000_000))
    found = FrameFolder(tmp_path).newest(HALL)
    assert found
    assert (found.camera, found.jpeg) == (HALL, JPEG)
    assert abs(found.taken_at - 1_790_000_000.25) < 0.001


def test_a_picture_that_is_no_longer_alive_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "hall-2.jpg").write_bytes(JPEG)
    taken_at = 1_790_000_000.0
    os.utime(tmp_path / "hall-2.jpg", (taken_at, taken_at))
    folder = FrameFolder(tmp_path)
    assert isinstance(folder.current(HALL, Wall(taken_at + 9)), Frame)
    stale = Unavailable(HALL, "the camera process writes no pictures", Wall(taken_at))
    assert folder.current(HALL, Wall(taken_at + 11)) == stale
    assert folder.current(CameraId("gym"), Wall(taken_at)) == stale._replace(
        camera=CameraId("gym"), since=None
    )


def test_a_camera_without_files_has_neither_frame_nor_reason(tmp_path: Path) -> None:
    for folder in (FrameFolder(tmp_path), FrameFolder(tmp_path / "never-made")):
        assert folder.newest(HALL) is None
        assert folder.reason(HALL) is None


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"<html>", JPEG + bytes(400_000)])
def test_what_is_no_jpeg_or_too_big_is_no_frame(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hall-2.jpg").write_bytes(content)
    assert FrameFolder(tmp_path).newest(HALL) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(JPEG)
    (tmp_path / "hall-2.jpg").symlink_to(tmp_path / "secret")
    assert FrameFolder(tmp_path).newest(HALL) is None


def test_a_pipe_or_a_folder_in_a_frames_place_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hall-2.jpg")
    (tmp_path / "hall-2.error").mkdir()
    assert FrameFolder(tmp_path).newest(HALL) is None
    assert FrameFolder(tmp_path).reason(HALL) is None


@pytest.mark.parametrize("name", ["../hall-2", "x/../hall-2", "hall-2\0", "", "HALL", "a" * 33])
def test_only_a_cameras_own_name_is_looked_up(tmp_path: Path, name: str) -> None:
    (tmp_path / "hall-2.jpg").write_bytes(JPEG)
    (tmp_path / "x").mkdir()
    assert FrameFolder(tmp_path / "x").newest(CameraId(name)) is None


def test_a_reason_is_one_line_fit_to_be_shown(tmp_path: Path) -> None:
    (tmp_path / "hall-2.error").write_bytes(b"no\x1b[31m answer \xff\n")
    assert FrameFolder(tmp_path).reason(HALL) == r"no\x1b[31m answer " + "\N{REPLACEMENT CHARACTER}"


@pytest.mark.alone
def test_a_frame_costs_hardly_more_than_to_read_its_file(tmp_path: Path) -> None:
    (tmp_path / "hall-2.jpg").write_bytes(JPEG + bytes(199_000))
    folder = FrameFolder(tmp_path)

    def cost(work: Callable[[], object]) -> float:
        began = time.thread_time()
        assert work()
        return time.thread_time() - began

    read = min(cost((tmp_path / "hall-2.jpg").read_bytes) for _ in range(200))
    assert min(cost(lambda: folder.newest(HALL)) for _ in range(200)) < 5 * read


def test_the_alert_path_loads_no_picture_decoder() -> None:
    seen = "import sys, gateway.cameras.frames; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen]).returncode == 0
