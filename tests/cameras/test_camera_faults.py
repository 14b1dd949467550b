"""Cameras that hang, drip, lie or fail: each is named, and none slows another."""

import time
from pathlib import Path

import pytest

from tests.cameras import webcam
from tests.cameras.school import DRAWN, GYM, HALL, Open, resident_mb
from tests.cameras.webcam import Caller, WebCamera
from tests.faults.privileges import require
from tests.waiting import patience, until

# In a network of its own, where a name server takes every question and answers none.
SILENT_NAMES = """
import fcntl, os, socket, struct, sys
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(names, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
names.bind(("127.0.0.1", 53))
names.set_inheritable(True)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@pytest.mark.alone
def test_a_camera_that_hangs_is_named_in_5_s_and_slows_no_other(school: Open) -> None:
    with WebCamera(webcam.hangs) as camera:
        here = school({GYM: camera.url, HALL: "test:"})
        here.frame(HALL)
        seen: set[float] = set()

        def hung() -> str | None:
            seen.add(here.frame(HALL).taken_at)
            return here.frames.reason(GYM)

        began = time.monotonic()
        reason = until(hung, within=5.0, every=0.1)
        assert reason == "the camera did not answer for 3.5 s"
        assert len(seen) >= int((time.monotonic() - began) / patience(1))
        assert time.time() - here.frame(HALL).taken_at < patience(1.5)


@pytest.mark.parametrize("manners", [webcam.drips_its_header, webcam.drips_its_body])
def test_a_camera_that_drips_is_named_in_5_s(school: Open, manners: webcam.Manners) -> None:
    with WebCamera(manners) as camera:
        here = school({GYM: camera.url})
        assert here.reason(GYM) == "no picture within 4 s"


def test_a_camera_that_fails_loses_its_picture_and_recovers_by_itself(school: Open) -> None:
    with WebCamera(webcam.gives(webcam.picture())) as camera:
        here = school({GYM: camera.url})
        here.frame(GYM)
        camera.manners = lambda caller: caller.say(404, b"")
        assert here.reason(GYM) == "the camera answers 404 Not Found"
        until(lambda: here.frames.newest(GYM) is None, within=11.0)
        camera.manners = webcam.gives(webcam.picture())
        here.frame(GYM, within=6.0)
        assert here.frames.reason(GYM) is None
        assert "gives pictures again" in here.stop()[1]


def test_a_hostile_camera_costs_neither_memory_nor_the_other_cameras(school: Open) -> None:
    bomb = webcam.picture().replace(b"\0\x30\0\x40", b"\xc3\x50\xc3\x50")
    turns = iter([webcam.never_ends, webcam.gives(bomb), webcam.redirects_without_end] * 100)

    def hostile(caller: Caller) -> None:
        next(turns)(caller)

    with WebCamera(hostile) as camera:
        here = school({GYM: camera.url, HALL: "test:"})
        wanted, said = {"sends", "picture", "redirects"}, set[str]()

        def has_said_all() -> bool:
            said.add(here.reason(GYM).split()[2])
            return wanted <= said

        until(has_said_all, within=20.0)
        assert time.time() - here.frame(HALL).taken_at < patience(1.5)
        assert resident_mb(here.process.pid) < 85


def test_where_picamera2_is_missing_the_reason_says_what_to_install(school: Open) -> None:
    here = school({HALL: "picamera2:0"})
    assert "apt install python3-picamera2" in here.reason(HALL)


def test_a_library_that_hangs_for_ever_keeps_nobody_from_stopping(
    school: Open, tmp_path: Path
) -> None:
    (tmp_path / "picamera2.py").write_text("import threading\nthreading.Event().wait()\n")
    here = school({GYM: "picamera2:0", HALL: "test:"}, PYTHONPATH=f".:{tmp_path}")
    assert here.reason(GYM) == "no picture within 4 s"
    assert time.time() - here.frame(HALL).taken_at < patience(1.5)
    assert here.stop()[0] == 0


@pytest.mark.root
def test_cameras_whose_names_nobody_answers_for_are_named_and_slow_no_other(
    school: Open, tmp_path: Path
) -> None:
    require("unshare", "-n", "-m", "true")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (tmp_path / "silent.py").write_text(SILENT_NAMES)
    alone = 'mount --bind resolv.conf /etc/resolv.conf && exec "$0" silent.py "$@"'
    here = school(
        {GYM: "http://gym.example/", HALL: "rtsp://hall.example/", DRAWN: "test:"},
        "unshare", "-n", "-m", "sh", "-c", f"cd {tmp_path} && {alone}",
    )  # fmt: skip
    assert here.reason(GYM) == "no picture within 4 s"
    assert here.reason(HALL, within=12.0) == "no picture within 10 s"
    assert time.time() - here.frame(DRAWN).taken_at < patience(1.5)
