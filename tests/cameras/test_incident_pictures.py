"""From a press to kept pictures: gateway, cameras and broker as processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from gateway.cameras.frames import FrameFolder
from gateway.store.pictures.reader import PictureReader
from simulator.process import end, start
from tests.cameras import rtspcamera, webcam
from tests.cameras.rtspcamera import RtspCamera, Speaker
from tests.cameras.webcam import WebCamera, hangs, never_ends
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, running, school
from tests.waiting import patience, until
from wire.ids import CameraId, IncidentId

RUN = "import sys; from gateway.main import main; sys.exit(main())"
HALL = CameraId("hall-2")


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        yield found


@contextmanager
def watching(
    found: School, *sources: str, before: float = 0.0
) -> Iterator[subprocess.Popen[bytes]]:
    """The camera process of this school, whose cameras all see room 100; the first is HALL."""
    names = [HALL, *(f"camera-{number}" for number in range(1, len(sources)))]
    cameras = [
        {"id": name, "rooms": ["100"], "source": source, "allow_local": True}
        for name, source in zip(names, sources, strict=True)
    ]
    settings = found.settings() | {"camera": cameras, "pictures": {"pre_event_seconds": before}}
    found.write(settings)
    argv = [sys.executable, "-c", RUN, "cameras", "--config", str(found.config)]
    process = start(argv, found.folder / "cameras.log")
    try:
        frames = FrameFolder(found.folder / "frames" / "pictures")
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
        frames = FrameFolder(lincoln.folder / "frames" / "pictures")
        until(lambda: len(list((lincoln.folder / "frames" / "pictures").glob("*.past"))) > 3, 20)
        assert not (lincoln.folder / "pictures.db").exists()
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: len(shown(lincoln)) >= 4, within=12)
        wall.stop()
        incident = IncidentId(lincoln.endpoint.reports()[0]["incident"]["id"])
        album = PictureReader(lincoln.folder / "pictures.db")
        until(lambda: len(album.pictures(incident)) > 6)
        kept = album.pictures(incident)
        assert frames.newest(HALL)
    times = [each.seconds_from_press for each in kept]
    assert min(times) < -2
    assert sum(time > 0.5 for time in times) == 3
    hashes = {each.sha256 for each in kept}
    assert {each["sha256"] for each in shown(lincoln)} <= hashes


@pytest.mark.alone
def test_beside_cameras_that_hang_pour_lie_and_die_every_press_is_sent_as_ever(
    lincoln: School,
) -> None:
    def dies(caller: webcam.Caller) -> None:
        caller.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n\xff\xd8\xff")
        caller.close_connection = True

    def lies(caller: webcam.Caller) -> None:
        caller.say(200, b"<html>", "text/html")

    with ExitStack() as stack:
        bad = [stack.enter_context(WebCamera(m)) for m in (hangs, never_ends, lies, dies)]
        urls = [each.url for each in bad]
        says = (rtspcamera.hangs, rtspcamera.pours, rtspcamera.shows_a_page, rtspcamera.dies)
        urls += [stack.enter_context(closing(Speaker(say))).url for say in says]
        stack.enter_context(watching(lincoln, *urls))
        stack.enter_context(running(lincoln))
        wall, took = Wall(lincoln), []
        for number in range(100, 112):
            press, began = alert(str(number)), time.monotonic()
            wall.press(press)
            until(lambda press=press: "DELIVERED" in wall.stages(press), every=0.001)  # type: ignore[misc]
            took.append(time.monotonic() - began)
        silent = until(lambda: lincoln.endpoint.reports()[-1]["silent_cameras"], within=10)
        wall.stop()
    assert sorted(took)[len(took) // 2] < patience(0.1)
    assert silent


def test_a_dead_camera_is_a_trouble_within_30_s_though_nobody_pressed(lincoln: School) -> None:
    with watching(lincoln, "rtsp://127.0.0.1:1/hall"), running(lincoln):
        told = "trouble camera-hall-2: the camera cannot be reached, or broke off"
        until(lambda: told in lincoln.log.read_text(), within=30)


def test_a_frozen_camera_process_is_a_trouble_within_30_s(lincoln: School) -> None:
    with watching(lincoln, "test:") as cameras, running(lincoln):
        os.kill(cameras.pid, signal.SIGSTOP)
        told = "trouble camera-hall-2: the camera process writes no pictures"
        until(lambda: told in lincoln.log.read_text(), within=30)
        os.kill(cameras.pid, signal.SIGCONT)
        until(lambda: "camera-hall-2 is over" in lincoln.log.read_text(), within=15)
