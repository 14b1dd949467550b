"""The files of the bench's school: 2,000 rooms, one unit in each, and one endpoint on loopback."""

import base64
import os
from pathlib import Path
from typing import Final

from bench.load import SITE, unit_name

ROOMS: Final = 2000
_CAMERAS: Final = 4

_GATEWAY: Final = """\
[site]
id = "{site}"
name = "Bench School"
rooms = "rooms.csv"

[mqtt]
url = "mqtt://127.0.0.1:{broker}"

[store]
path = "tocsin.db"

[frames]
folder = "frames"

[[endpoint]]
name = "bench"
url = "http://127.0.0.1:{endpoint}/reports"
secret_file = "bench.secret"
receipt = "echo"
"""

_CAMERA: Final = """
[[camera]]
id = "camera-{number}"
rooms = ["{number:04}"]
source = "test:"
"""

_DEVICE: Final = """\
site = "{site}"
unit = "{unit}"
room = "0000"

[button]
pin = 17
hold_seconds = 0

[lamp]
pin = 27

[[gateway]]
url = "mqtt://127.0.0.1:{broker}"
"""


def write_gateway(folder: Path, broker: int, endpoint: int, *, cameras: bool = False) -> Path:
    """Write all that `tocsin-gateway` reads into `folder`; returns the path of gateway.toml."""
    text = _GATEWAY.format(site=SITE, broker=broker, endpoint=endpoint)
    if cameras:
        text += "".join(_CAMERA.format(number=number) for number in range(_CAMERAS))
    secret = base64.b64encode(os.urandom(24)).decode()
    (folder / "bench.secret").write_text(f"whsec_{secret}\n")
    (folder / "bench.secret").chmod(0o600)
    (folder / "frames").mkdir()
    (folder / "rooms.csv").write_text(_register(cameras))
    return _write(folder / "gateway.toml", text)


def write_device(folder: Path, broker: int) -> Path:
    """Write the settings of unit `bench-0000` into `folder`; returns the path of device.toml."""
    return _write(
        folder / "device.toml", _DEVICE.format(site=SITE, unit=unit_name(0), broker=broker)
    )


def _register(cameras: bool) -> str:
    lines = ["room,name,building,floor,unit,cameras,x,y"]
    for number in range(ROOMS):
        seen_by = f"camera-{number}" if cameras and number < _CAMERAS else ""
        floor = number // 100
        lines.append(f"{number:04},Room {number},Main,{floor},{unit_name(number)},{seen_by},,")
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
