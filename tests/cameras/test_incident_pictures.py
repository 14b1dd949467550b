"""From a press to kept pictures: gateway, cameras and broker as processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.album.reader import Album
from gateway.frames import FrameFolder
from simulator.process import end, start
from tests.cameras.rtspcamera import RtspCamera
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, running, school
from tests.waiting import until
from wire.ids import CameraId, IncidentId

RUN = "import sys; from gateway.main import main; sys.exit(main())"
HALL = CameraId("hall-2")


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        yield found


@contextmanager
def watching(found: School, source: str, before: float = 0.0) -> Iterator[subprocess.Popen[bytes]]:
    """The camera process of this school, with one camera in room 100."""
    found.write(
        found.settings()
        | {"camera": [{"id": HALL, "rooms": ["100"], "source": source}]}
        | {"pictures": {"before_seconds": before}}
    )
    argv = [sys.executable, "-c", RUN, "cameras", "--config", str(found.config)]
    process = start(argv, found.folder / "cameras.log")
    try:
        frames = FrameFolder(found.folder / "frames")
        until(lambda: frames.newest(HALL) or frames.reason(HALL), 20)
        yield process
    finally:
        end(process)


def shown(found: School) -> list[dict[str, object]]:
    return [each for report in found.endpoint.reports() for each in report["pictures"]]


def test_the_pictures_of_a_press_are_reported_and_kept_those_before_it_too(
    lincoln: School, tmp_path: Path
) -> None:
    with (
        RtspCamera(tmp_path / "film") as camera,
        watching(lincoln, camera.url, before=10.0),
        running(lincoln),
    ):
        frames = FrameFolder(lincoln.folder / "frames")
        until(lambda: len(list((lincoln.folder / "frames").glob("*.past"))) > 3, 20)
        assert not (lincoln.folder / "pictures.db").exists()
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: len(shown(lincoln)) >= 4, within=12)
        wall.stop()
        incident = IncidentId(lincoln.endpoint.reports()[0]["incident"]["id"])
        album = Album(lincoln.folder / "pictures.db")
        until(lambda: len(album.pictures(incident)) > 6)
        kept = album.pictures(incident)
        assert frames.newest(HALL)
    times = [each.seconds_from_press for each in kept]
    assert min(times) < -2
    assert sum(time > 0.5 for time in times) == 3
    hashes = {each.sha256 for each in kept}
    assert {each["sha256"] for each in shown(lincoln)} <= hashes


def test_a_dead_camera_is_a_trouble_within_30_s_though_nobody_pressed(lincoln: School) -> None:
    with watching(lincoln, "rtsp://127.0.0.1:1/hall"), running(lincoln):
        told = "trouble camera-hall-2: it cannot be reached, or broke off"
        until(lambda: told in lincoln.log.read_text(), within=30)


def test_a_frozen_camera_process_is_a_trouble_within_30_s(lincoln: School) -> None:
    with watching(lincoln, "test:") as cameras, running(lincoln):
        os.kill(cameras.pid, signal.SIGSTOP)
        told = "trouble camera-hall-2: the camera process gives nothing"
        until(lambda: told in lincoln.log.read_text(), within=30)
        os.kill(cameras.pid, signal.SIGCONT)
        until(lambda: "camera-hall-2 is over" in lincoln.log.read_text(), within=15)
