"""The files of the bench's school: 2,000 rooms, one unit in each, and one endpoint on loopback."""

import base64
import os
from pathlib import Path
from typing import Final

from bench.load import SITE, room_name, unit_name

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
directory = "frames"

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
room = "{room}"

[journal]
path = "{unit}.db"

[[gateway]]
url = "mqtt://127.0.0.1:{broker}"
"""


def write_gateway(
    folder: Path, broker: int, endpoint: int, rooms: int = ROOMS, more: str = ""
) -> Path:
    """Write all that `tocsin-gateway run` reads into `folder`; returns the path of gateway.toml."""
    text = _GATEWAY.format(site=SITE, broker=broker, endpoint=endpoint)
    secret = base64.b64encode(os.urandom(24)).decode()
    (folder / "bench.secret").write_text(f"whsec_{secret}\n")
    (folder / "bench.secret").chmod(0o600)
    (folder / "frames").mkdir()
    (folder / "rooms.csv").write_text(_register(rooms))
    return _write(folder / "gateway.toml", text + more)


def write_cameras(folder: Path, gateway: Path) -> Path:
    """Write what `tocsin-gateway cameras` reads: the gateway's settings, and cameras that draw."""
    cameras = "".join(_CAMERA.format(number=number) for number in range(_CAMERAS))
    return _write(folder / "cameras.toml", gateway.read_text() + cameras)


def write_device(folder: Path, broker: int, number: int) -> Path:
    """Write the settings of unit `number` into `folder`; returns the path."""
    unit, room = unit_name(number), room_name(number)
    return _write(
        folder / f"{unit}.toml", _DEVICE.format(site=SITE, unit=unit, room=room, broker=broker)
    )


def _register(rooms: int) -> str:
    lines = ["room,name,building,floor,unit,cameras,x,y"]
    for number in range(rooms):
        room, floor = room_name(number), number // 100
        lines.append(f"{room},Room {number},Main,{floor},{unit_name(number)},,,")
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
