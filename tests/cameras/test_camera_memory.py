"""Cameras that mean ill share memory: what 18 of them make the process take is bounded."""

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from tests.cameras import webcam
from tests.cameras.school import School, resident_mb
from tests.cameras.webcam import Caller, Manners, Streams, WebCamera
from wire.ids import CameraId

# Measured: 68 MB, 36 of them at rest.
MOST_MB = 70
LARGE = b"\xff\xd8\xff\xe0" + bytes(4_900_000)
BOMB = webcam.picture(3900, 3000, progressive=True)
HUGE = webcam.picture(6300, 6300)


def noise(side: int, quality: int, **coded: int) -> bytes:
    """A picture that is one, of as many pixels as any that is decoded."""
    out = io.BytesIO()
    image = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    image.save(out, "JPEG", quality=quality, **coded)
    assert 2_000_000 < len(out.getvalue()) < 5_000_000
    return out.getvalue()


NOISE = noise(1440, 93, subsampling=0)
IN_SCANS = noise(1460, 97, progressive=1)


def holds(caller: Caller) -> None:
    """Send almost as much as a picture may have, and keep the rest."""
    caller.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + LARGE)
    caller.wait()


def pours() -> Iterator[bytes]:
    while True:
        yield NOISE


MANNERS: tuple[Manners, ...] = (
    webcam.never_ends,
    holds,
    webcam.gives(BOMB),
    webcam.gives(HUGE),
    webcam.gives(NOISE),
    webcam.gives(IN_SCANS),
    Streams(pours, every=0),
)


@pytest.mark.alone
def test_18_hostile_cameras_of_20_take_bounded_memory_and_nothing_of_the_others(
    tmp_path: Path,
) -> None:
    good = webcam.picture(1280, 720)
    with ExitStack() as stack:
        manners = [MANNERS[n % len(MANNERS)] for n in range(18)] + [webcam.gives(good)] * 2
        servers = [stack.enter_context(WebCamera(each)) for each in manners]
        cameras = {CameraId(f"camera-{n}"): each.url for n, each in enumerate(servers)}
        school = School(tmp_path, cameras)
        try:
            honest = [CameraId("camera-18"), CameraId("camera-19")]
            for camera in honest:
                school.frame(camera, 20)
            most, ends = 0.0, time.monotonic() + 10
            while time.monotonic() < ends:
                most = max(most, resident_mb(school.process.pid))
                threading.Event().wait(0.05)
            ages = [time.time() - school.frame(camera).taken_at for camera in honest]
        finally:
            school.stop()
    print(f"{most:.0f} MB")
    assert most <= MOST_MB
    assert max(ages) < 5
