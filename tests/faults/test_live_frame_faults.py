"""Live frames: only what somebody looks at is sent, and no report is slower for it."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.cameras.frame_writer import FrameWriter
from tests.accessibility import judge
from tests.chromium import chromium
from tests.faults.liveline import Recorder, looking
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.faults.slowline import SlowLine
from tests.waiting import patience, until
from wire.ids import CameraId, Wall
from wire.limits import FRAMES_A_SECOND

MBIT = 125_000.0
HALL, GYM = "hall-2", "gym-1"
CAMERAS = [CameraId(f"camera-{number}") for number in range(4)]


def watched(school: School, *cameras: str) -> None:
    """Put cameras that see room 204 into the school."""
    school.more["camera"] = [{"id": each, "rooms": ["204"], "source": "test:"} for each in cameras]


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.mark.browser
def test_only_the_camera_that_a_dispatcher_looks_at_is_sent(school: School, page: Page) -> None:
    watched(school, HALL, GYM)
    with Recorder(school.police_port) as line:
        school.endpoint["frames_url"] = line.url
        school.start()
        words = ("-c", "import sys; from gateway.main import main; sys.exit(main())", "cameras")
        school.run("cameras", *words, "--config", str(school.folder / "gateway-0.toml"))
        until((school.folder / "frames" / "pictures" / f"{HALL}.jpg").exists, within=20)
        school.press()
        page.goto(school.url.removesuffix("/reports"))
        hall, gym = (page.locator(f".live[data-camera={each}]") for each in (HALL, GYM))
        expect(gym).to_be_visible(timeout=patience(15_000))
        assert line.frames == [], "what nobody looks at is not sent"
        hall.get_by_role("button").click()
        expect(hall).to_have_attribute("data-state", "live", timeout=patience(5_000))
        until(lambda: len(line.frames) > 12, within=10)
        assert re.fullmatch(r"Live – \d\.\d s old", hall.locator(".age").inner_text())
        assert hall.locator("img").evaluate("image => image.naturalWidth") > 0
        expect(hall.get_by_role("status")).to_have_text(f"Camera {HALL}: live")
        expect(gym).to_have_attribute("data-state", "off")
        assert line.cameras() == {HALL}
        judge(page)
        assert_five_a_second([at for _, at, _ in line.frames])
        ends(line, lambda: hall.get_by_role("button").click(), within=2)
        hall.get_by_role("button").click()
        expect(hall).to_have_attribute("data-state", "live", timeout=patience(5_000))
        school.signal("cameras", signal.SIGSTOP)
        expect(hall).to_have_attribute("data-state", "stale", timeout=patience(8_000))
        expect(hall.locator(".age")).to_contain_text("Stale – this picture is")
        expect(hall.get_by_role("status")).to_contain_text("stale, no new picture comes")
        school.signal("cameras", signal.SIGCONT)
        expect(hall).to_have_attribute("data-state", "live", timeout=patience(8_000))
        ends(line, page.close, within=6)


def assert_five_a_second(moments: list[float]) -> None:
    """A moment here is when a frame had come, and some come late."""
    lasted = moments[-1] - moments[0]
    assert len(moments) - 1 <= FRAMES_A_SECOND * (lasted + 0.4)
    assert all(later >= earlier for earlier, later in pairwise(moments))


def ends(line: Recorder, leave: Callable[[], object], within: float) -> None:
    """What was sent is sent no more so many seconds after `leave`."""
    leave()
    left = time.monotonic()
    quiet = patience(2)
    until(lambda: time.monotonic() - max(line.frames[-1][1], left) > quiet, within + quiet + 5)
    assert line.frames[-1][1] - left <= patience(within)


@pytest.mark.alone
def test_f54_four_live_cameras_on_a_line_of_2_mbit_hold_no_lamp_up(tmp_path: Path) -> None:
    school = School(tmp_path, rooms=["204", "205"])
    watched(school, *CAMERAS)
    with closing(school), SlowLine(school.police_port, 2 * MBIT) as line:
        url = f"http://127.0.0.1:{line.port}/reports"
        school.endpoint |= {"url": url, "frames_url": f"{url}/live/frames"}
        school.start()
        with filming(school):
            school.press()
            school.until("DELIVERED", 5)
            until(lambda: sum(len(each["pictures"]) for _, each in school.reports()) >= 4, 30)
            (incident,) = school.open_incidents()
            police = school.url.removesuffix("/reports")
            with looking(police, incident, CAMERAS) as shown:
                until(lambda: all(shown.values()), 10)
                school.press("205")
                solid = school.until("DELIVERED", 5, "205") - school.presses("205")[0]
        keep("F54", "lamp solid", solid, 1)
        keep("F54", "at the police", school.check(1), 1)


@contextmanager
def filming(school: School) -> Iterator[None]:
    """Every camera has a new picture of 60 kB five times a second."""
    frames, ended = FrameWriter(Path(school.folder / "frames" / "pictures")), threading.Event()

    def film() -> None:
        while not ended.wait(0.2):
            for camera in CAMERAS:
                frames.show_frame(camera, b"\xff\xd8\xff" + os.urandom(60_000), Wall(time.time()))

    threading.Thread(target=film, daemon=True).start()
    yield
    ended.set()
