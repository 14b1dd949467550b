"""The camera process as it runs at a school: real processes, real cameras, a real folder."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from bench.cost import children_of
from gateway.cameras.events import Why
from gateway.frames import FrameFolder
from gateway.wanted import LASTS, WantedFolder
from gateway.work import Frame
from tests.cameras import webcam
from tests.cameras.rtspcamera import RtspCamera
from tests.cameras.webcam import Caller, WebCamera
from tests.waiting import until
from wire.ids import CameraId

SETTINGS = """
[site]
id = "lincoln"
name = "Lincoln School"
rooms = "rooms.csv"
[mqtt]
url = "mqtt://127.0.0.1:1"
[store]
path = "tocsin.db"
[frames]
folder = "frames"
[[endpoint]]
name = "county-911"
url = "http://127.0.0.1:1/"
"""
RUN = "import sys; from gateway.main import main; sys.exit(main())"
HALL, GYM, DRAWN = CameraId("hall-2"), CameraId("gym"), CameraId("drawn")


class School:
    """One camera process over `cameras`, as `source` by id."""

    def __init__(
        self, home: Path, cameras: dict[CameraId, str], *before: str, **environment: str
    ) -> None:
        self.frames = FrameFolder(home / "frames")
        self.folder = home / "frames"
        tables = [
            f'[[camera]]\nid = "{each}"\nsource = "{cameras[each]}"\nallow_local = true\n'
            for each in cameras
        ]
        (home / "rooms.csv").touch()
        (home / "gateway.toml").write_text(SETTINGS + "".join(tables))
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", RUN, "cameras", "--config", home / "gateway.toml"],
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def frame(self, camera: CameraId, within: float = 5.0) -> Frame:
        self._starts()
        found = until(lambda: self.frames.newest(camera), within)
        assert found
        return found

    def reason(self, camera: CameraId, within: float = 5.0) -> str:
        self._starts()
        return str(until(lambda: self.frames.reason(camera), within))

    def _starts(self) -> None:
        until((self.folder / "wanted").is_dir, 20)

    def stop(self) -> tuple[int, str]:
        """Its exit code, and what it logged."""
        self.process.send_signal(signal.SIGTERM)
        _, logged = self.process.communicate(timeout=2)
        return self.process.returncode, logged


Open = Callable[..., School]

# In a network of its own, where whoever answers for names takes every question and says nothing.
SILENT_NAMES = """
import fcntl, os, socket, struct, sys
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(names, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
names.bind(("127.0.0.1", 53))
names.set_inheritable(True)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Open]:
    opened: list[School] = []

    def run(cameras: dict[CameraId, str], *before: str, **environment: str) -> School:
        opened.append(School(tmp_path, cameras, *before, **environment))
        return opened[-1]

    yield run
    for each in opened:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.alone
def test_a_test_camera_gives_another_picture_every_second(school: Open) -> None:
    here = school({HALL: "test:"})
    first = here.frame(HALL)
    second = until(lambda: (f := here.frame(HALL)).taken_at != first.taken_at and f, within=2.0)
    assert second
    assert second.jpeg != first.jpeg
    assert 0.9 < second.taken_at - first.taken_at < 1.5
    assert abs(time.time() - second.taken_at) < 1.0
    assert len(second.jpeg) <= 200_000
    assert max(Image.open(io.BytesIO(second.jpeg)).size) <= 1280


@pytest.mark.alone
def test_a_camera_that_somebody_looks_at_gives_5_pictures_a_second_and_then_rests(
    school: Open,
) -> None:
    here = school({HALL: "test:"})
    here.frame(HALL)
    wanted, seen = WantedFolder(here.folder), set[float]()

    def looked() -> bool:
        wanted.want(HALL, Why.VIEW)
        seen.add(here.frame(HALL).taken_at)
        return len(seen) == 9

    until(looked, within=5.0)
    gaps = [after - at for at, after in pairwise(sorted(seen))]
    assert 0.19 < sorted(gaps)[4] < 0.3
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
        viewers = [WantedFolder(here.folder) for _ in range(50)]
        began, before = time.monotonic(), len(camera.requests)

        def looked() -> bool:
            for each in viewers:
                each.want(HALL, Why.VIEW)
            return time.monotonic() - began > 3.0

        until(looked, every=0.1)
        assert 6 <= len(camera.requests) - before <= 17


def test_a_stream_of_video_is_shown_and_its_player_ends_with_the_process(
    school: Open, tmp_path: Path
) -> None:
    with RtspCamera(tmp_path / "film", seconds=20) as camera:
        here = school({HALL: camera.url})
        assert Image.open(io.BytesIO(here.frame(HALL).jpeg)).size == (640, 360)
        players = children_of(here.process.pid)
        assert len(players) == 1
        here.process.kill()
        until(lambda: not any(Path(f"/proc/{each}").exists() for each in players))


def test_frames_are_private_and_gone_after_the_stop(school: Open) -> None:
    here = school({HALL: "test:", GYM: "http://127.0.0.1:1/"})
    here.frame(HALL)
    here.reason(GYM)
    assert here.folder.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in here.folder.glob("*.*")} == {0o600}
    code, logged = here.stop()
    assert code == 0
    assert " ready\n" in logged
    assert sorted(file.name for file in here.folder.iterdir()) == [".tocsin-frames", "wanted"]


def test_what_an_earlier_run_left_is_gone(school: Open, tmp_path: Path) -> None:
    here = school({GYM: "test:"})
    here.frame(GYM)
    here.process.kill()
    here.process.wait()
    again = school({HALL: "test:"})
    again.frame(HALL)
    assert again.frames.newest(GYM) is None


def test_a_folder_with_other_files_is_refused_and_untouched(school: Open, tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "holiday.jpg").touch()
    here = school({HALL: "test:"})
    _, logged = here.process.communicate(timeout=5)
    assert here.process.returncode == 78
    assert "give the frames a new folder" in logged
    assert (tmp_path / "frames" / "holiday.jpg").exists()


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
        assert reason == "no answer for 3.5 s"
        assert len(seen) >= int(time.monotonic() - began)
        assert time.time() - here.frame(HALL).taken_at < 1.5


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
        assert here.reason(GYM) == "it answers 404 Not Found"
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
        reasons = set()
        until(lambda: reasons.add(here.reason(GYM)) or len(reasons) == 3, within=15.0)  # type: ignore[func-returns-value]
        assert {each.split()[1] for each in reasons} == {"sends", "picture", "redirects"}
        assert time.time() - here.frame(HALL).taken_at < 1.5
        assert resident_mb(here.process.pid) < 85


def test_where_picamera2_is_missing_the_reason_says_what_to_install(school: Open) -> None:
    here = school({HALL: "picamera2:0"})
    assert "apt install python3-picamera2" in here.reason(HALL)
    assert "--system-site-packages" in here.reason(HALL)


def test_a_library_that_hangs_for_ever_keeps_nobody_from_stopping(
    school: Open, tmp_path: Path
) -> None:
    (tmp_path / "picamera2.py").write_text("import threading\nthreading.Event().wait()\n")
    here = school({GYM: "picamera2:0", HALL: "test:"}, PYTHONPATH=f".:{tmp_path}")
    assert here.reason(GYM) == "no picture within 4 s"
    assert time.time() - here.frame(HALL).taken_at < 1.5
    assert here.stop()[0] == 0


@pytest.mark.root
def test_cameras_whose_names_nobody_answers_for_are_named_and_slow_no_other(
    school: Open, tmp_path: Path
) -> None:
    if os.geteuid() or subprocess.run(["unshare", "-n", "-m", "true"]).returncode:
        pytest.skip("only root may have a network of its own")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (tmp_path / "silent.py").write_text(SILENT_NAMES)
    alone = 'mount --bind resolv.conf /etc/resolv.conf && exec "$0" silent.py "$@"'
    here = school(
        {GYM: "http://gym.example/", HALL: "rtsp://hall.example/", DRAWN: "test:"},
        "unshare", "-n", "-m", "sh", "-c", f"cd {tmp_path} && {alone}",
    )  # fmt: skip
    assert here.reason(GYM) == "no picture within 4 s"
    assert here.reason(HALL, within=12.0) == "no picture within 10 s"
    assert time.time() - here.frame(DRAWN).taken_at < 1.5


def test_systemd_is_told_when_it_is_ready_and_that_it_lives(school: Open, tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5.0)
        school({HALL: "test:"}, NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert [systemd.recv(64), systemd.recv(64)] == [b"READY=1", b"WATCHDOG=1"]


@pytest.mark.alone
def test_four_test_cameras_fit_70_mb_and_2_percent_of_a_core_each(school: Open) -> None:
    here = school({CameraId(f"cam-{n}"): "test:" for n in range(4)})
    here.frame(CameraId("cam-3"))
    began, cost = time.monotonic(), cpu_seconds(here.process.pid)
    until(lambda: time.monotonic() - began > 3.0)
    cost = cpu_seconds(here.process.pid) - cost
    assert cost / (time.monotonic() - began) < 0.08
    assert resident_mb(here.process.pid) < 70
