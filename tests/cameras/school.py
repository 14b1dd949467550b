"""The camera process of a school: a real process, over a folder of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gateway.cameras.frames import FrameFolder
from gateway.core.values import Frame
from tests.waiting import patience, until
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
directory = "frames"
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
        self.frames = FrameFolder(home / "frames" / "pictures")
        self.folder = home / "frames" / "pictures"
        self.leases = home / "frames" / "leases"
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
        until(self.leases.is_dir, 20)

    def stop(self) -> tuple[int, str]:
        """Its exit code, and what it logged."""
        self.process.send_signal(signal.SIGTERM)
        _, logged = self.process.communicate(timeout=patience(5))
        return self.process.returncode, logged


Open = Callable[..., School]


def resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
