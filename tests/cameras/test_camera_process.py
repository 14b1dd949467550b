"""The camera process as it runs at a school: real processes, real cameras, a real folder."""

import io
import socket
from contextlib import closing
from pathlib import Path

from PIL import Image

from bench.cost import children_of
from tests.cameras.rtspcamera import RtspCamera
from tests.cameras.school import GYM, HALL, Open
from tests.waiting import patience, until


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
    assert {each.stat().st_mode & 0o777 for each in here.folder.glob("[!.]*.*")} == {0o640}
    code, logged = here.stop()
    assert code == 0
    assert " ready\n" in logged
    assert sorted(file.name for file in here.folder.iterdir()) == [".tocsin-frames"]


def test_what_an_earlier_run_left_is_gone(school: Open, tmp_path: Path) -> None:
    here = school({GYM: "test:"})
    here.frame(GYM)
    here.process.kill()
    here.process.wait()
    again = school({HALL: "test:"})
    again.frame(HALL)
    assert again.frames.newest(GYM) is None


def test_a_folder_with_other_files_is_refused_and_untouched(school: Open, tmp_path: Path) -> None:
    holiday = tmp_path / "frames" / "pictures" / "holiday.jpg"
    holiday.parent.mkdir(parents=True)
    holiday.touch()
    here = school({HALL: "test:"})
    _, logged = here.process.communicate(timeout=patience(5))
    assert here.process.returncode == 78
    assert "give the frames a folder of their own" in logged
    assert holiday.exists()


def test_systemd_is_told_when_it_is_ready_and_that_it_lives(school: Open, tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(patience(5))
        school({HALL: "test:"}, NOTIFY_SOCKET=str(tmp_path / "notify"))
        said = iter(lambda: systemd.recv(64), b"WATCHDOG=1")
        assert [each for each in said if not each.startswith(b"EXTEND_")] == [b"READY=1"]
