"""A drawn camera: a room with a clock and a walking person, so that one sees that it is live.

It says TEST PICTURE, so that nobody takes it for a real room.
"""

import colorsys
import io
import math
import time
import zlib
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from gateway.cameras.events import Pace, Shot
from wire.ids import CameraId, Wall
from wire.moment import write_moment

_WIDE, _HIGH = 640, 360
_QUALITY: Final = 75
_WALK_S: Final = 12.0
_CLOCK: Final = (320, 88)
_INK: Final = (30, 32, 38)
_WHITE: Final = (250, 250, 247)
_BANNER: Final = (196, 32, 32)


class TestPicture:
    """A picture of camera `name` at the time it is asked."""

    __test__ = False  # pytest would take the name for a test's

    def __init__(self, name: CameraId) -> None:
        self._large = ImageFont.load_default(26)
        self._room = _room(name, self._large)

    def take(self, _pace: Pace) -> Shot:
        """Return the room as it is now."""
        now = Wall(time.time())
        image = self._room.copy()
        pen = ImageDraw.Draw(image)
        _draw_hand(pen, now % 60 / 60)
        _draw_walker(pen, now)
        shown = write_moment(now).replace("T", " ")[:21]
        pen.text((_WIDE - 12, _HIGH - 38), f"{shown} UTC", _WHITE, self._large, anchor="ra")
        out = io.BytesIO()
        image.save(out, "JPEG", quality=_QUALITY)
        return Shot(out.getvalue(), now)

    def cut(self) -> None:
        """Nothing: it never waits."""

    def close(self) -> None:
        """Nothing to release."""


def _room(name: CameraId, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    hue = zlib.crc32(name.encode()) % 360 / 360
    image = Image.new("RGB", (_WIDE, _HIGH), _shade(hue, 0.18, 0.86))
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 316), (110, 230), (530, 230), (640, 316)], _shade(hue, 0.30, 0.55))
    pen.polygon([(0, 44), (110, 70), (110, 230), (0, 316)], _shade(hue, 0.20, 0.74))
    pen.polygon([(640, 44), (530, 70), (530, 230), (640, 316)], _shade(hue, 0.20, 0.70))
    pen.rectangle((150, 100, 270, 175), (44, 74, 62), (120, 92, 60), 4)  # the blackboard
    pen.rectangle((400, 105, 470, 230), (124, 86, 54), _INK, 2)  # the door
    pen.ellipse((455, 165, 463, 173), (220, 190, 90))
    _draw_face(pen)
    for left in (140, 230, 320):  # the desks
        pen.rectangle((left, 244, left + 60, 250), (164, 124, 80))
        pen.line((left + 6, 250, left + 6, 276), _INK, 3)
        pen.line((left + 54, 250, left + 54, 276), _INK, 3)
    pen.rectangle((0, 0, _WIDE, 44), _BANNER)
    pen.text((12, 7), "TEST PICTURE", _WHITE, font)
    pen.text((_WIDE - 12, 7), "not a real room", _WHITE, font, anchor="ra")
    pen.rectangle((0, 316, _WIDE, _HIGH), _INK)
    pen.text((12, _HIGH - 38), name[:16], _WHITE, font)
    return image


def _draw_face(pen: ImageDraw.ImageDraw) -> None:
    x, y = _CLOCK
    pen.ellipse((x - 30, y - 30, x + 30, y + 30), _WHITE, _INK, 3)
    for hour in range(12):
        across, down = math.sin(hour * math.pi / 6), math.cos(hour * math.pi / 6)
        pen.line((x + across * 22, y - down * 22, x + across * 26, y - down * 26), _INK, 2)


def _draw_hand(pen: ImageDraw.ImageDraw, turn: float) -> None:
    x, y = _CLOCK
    across, down = math.sin(turn * math.tau), math.cos(turn * math.tau)
    pen.line((x, y, x + across * 24, y - down * 24), _BANNER, 3)


def _draw_walker(pen: ImageDraw.ImageDraw, now: Wall) -> None:
    """Somebody who walks to and fro in front of the desks, a step each half second."""
    x = int(320 + 230 * math.sin(now / _WALK_S * math.tau))
    step = int(12 * math.sin(now * math.tau))
    pen.ellipse((x - 11, 196, x + 11, 218), (92, 66, 50))
    pen.rounded_rectangle((x - 14, 220, x + 14, 268), 8, (48, 92, 150))
    pen.line((x - 5, 268, x - 5 - step, 306), _INK, 8)
    pen.line((x + 5, 268, x + 5 + step, 306), _INK, 8)


def _shade(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
