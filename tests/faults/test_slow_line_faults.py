"""F47 and F48: a line to the police that is slow, and what there is to tell."""

import os
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.cameras.frame_writer import FrameWriter
from tests.faults.checker import faults
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.faults.slowline import SlowLine
from tests.faults.spy import Spy
from tests.waiting import until
from wire.ids import CameraId, Wall

CAMERAS = [CameraId(f"camera-{number}") for number in range(4)]
MBIT, KBIT = 125_000.0, 125.0


@pytest.mark.alone
def test_f47_pictures_on_a_line_of_2_mbit_hold_no_lamp_up(school: School) -> None:
    with SlowLine(school.police_port, 2 * MBIT) as line:
        school.endpoint["url"] = f"http://127.0.0.1:{line.port}/reports"
        school.more["camera"] = [
            {"id": camera, "rooms": ["204"], "source": "test:"} for camera in CAMERAS
        ]
        school.start()
        frames = FrameWriter(school.folder / "frames" / "pictures")
        for camera in CAMERAS:
            frames.show_frame(camera, b"\xff\xd8\xff" + os.urandom(185_000), Wall(time.time()))
        school.press()
        solid = school.until("DELIVERED", 5) - school.presses()[0]
        until(lambda: sum(len(each["pictures"]) for _, each in school.reports()) >= 4, within=30)
        keep("F47", "lamp solid", solid, 1)
        keep("F47", "at the police", school.check(1), 1)


@pytest.mark.alone
@pytest.mark.parametrize(
    ("presses", "rate"), [(250, 128 * KBIT), (12, 8 * KBIT)], ids=["128 kbit/s", "1 kB/s"]
)
def test_f48_every_lamp_is_solid_behind_a_line_that_is_slow(
    tmp_path: Path, presses: int, rate: float
) -> None:
    school = School(tmp_path, rooms=[str(room) for room in range(100, 100 + presses)])
    with closing(school), SlowLine(school.police_port, rate) as line:
        school.endpoint["url"] = f"http://127.0.0.1:{line.port}/reports"
        school.start_police()
        school.start_broker()
        school.start_gateway()
        with Spy(school.ports[0]) as spy:
            pressed = [spy.press(room) for room in school.rooms]
            until(lambda: len({each.alert for each in spy.claims("DELIVERED")}) == presses, 60, 0.1)
        claims = spy.claims("DELIVERED")
        assert faults(replace(school.logs(), presses=pressed, claims=claims), 30) == []
        last = max(each.at for each in claims) - pressed[-1].at
        keep("F48", f"lamps solid, {presses} at {rate / KBIT:g} kbit/s", last, 15)
        print([len(str(each)) for _, each in school.reports()])
