"""How often the camera process asks its cameras, and what that costs."""

import io
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from gateway.cameras.events import Why
from gateway.cameras.leases import LASTS, CameraLeases, Holder
from tests.cameras import webcam
from tests.cameras.school import HALL, Open, resident_mb
from tests.cameras.webcam import WebCamera
from tests.waiting import patience, until
from wire.ids import CameraId


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.alone
def test_a_test_camera_gives_another_picture_every_second(school: Open) -> None:
    here = school({HALL: "test:"})
    first = here.frame(HALL)
    second = until(lambda: (f := here.frame(HALL)).taken_at != first.taken_at and f, within=2.0)
    assert second
    assert second.jpeg != first.jpeg
    assert 0.9 < second.taken_at - first.taken_at < patience(1.5)
    assert abs(time.time() - second.taken_at) < patience(1.0)
    assert len(second.jpeg) <= 200_000
    assert max(Image.open(io.BytesIO(second.jpeg)).size) <= 1280


@pytest.mark.alone
def test_a_camera_that_somebody_looks_at_gives_5_pictures_a_second_and_then_rests(
    school: Open,
) -> None:
    here = school({HALL: "test:"})
    here.frame(HALL)
    leases, seen = CameraLeases(here.leases, Holder.CONSOLE), set[float]()

    def looked() -> bool:
        leases.renew(HALL, Why.VIEW)
        seen.add(here.frame(HALL).taken_at)
        return len(seen) == 9

    until(looked, within=5.0)
    gaps = [after - at for at, after in pairwise(sorted(seen))]
    assert 0.19 < sorted(gaps)[4] < patience(0.3)
    wanted_last = time.time()
    until(lambda: here.frame(HALL).taken_at > wanted_last + LASTS + 0.5, within=10.0)
    rest = here.frame(HALL).taken_at
    after = until(lambda: (f := here.frame(HALL)).taken_at != rest and f.taken_at, within=2.0)
    assert after - rest > 0.9


@pytest.mark.alone
def test_however_many_look_a_camera_is_asked_five_times_a_second(school: Open) -> None:
    with WebCamera(webcam.gives(webcam.picture())) as camera:
        here = school({HALL: camera.url})
        here.frame(HALL)
        viewers = [CameraLeases(here.leases, Holder.CONSOLE) for _ in range(50)]
        began, before = time.monotonic(), len(camera.requests)

        def looked() -> bool:
            for each in viewers:
                each.renew(HALL, Why.VIEW)
            return time.monotonic() - began > 3.0

        until(looked, every=0.1)
        assert 6 / patience(1) <= len(camera.requests) - before <= 17


@pytest.mark.alone
def test_four_test_cameras_fit_70_mb_and_2_percent_of_a_core_each(school: Open) -> None:
    here = school({CameraId(f"cam-{n}"): "test:" for n in range(4)})
    here.frame(CameraId("cam-3"))
    began, cost = time.monotonic(), cpu_seconds(here.process.pid)
    until(lambda: time.monotonic() - began > 3.0)
    cost = cpu_seconds(here.process.pid) - cost
    assert cost / (time.monotonic() - began) < patience(0.08)
    assert resident_mb(here.process.pid) < 70
