"""How an opened window is printed: address, command and end, the command as a QR code."""

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

import segno

from gateway.config.settings import USUAL_CONFIG
from wire.ids import RoomId, UnitId, Wall
from wire.joincode import JoinCode

_PAGE = """<!doctype html><meta charset="utf-8"><title>Labels</title>
<style>
body {{ font: 11pt sans-serif; display: flex; flex-wrap: wrap; gap: 4mm; margin: 8mm }}
div {{ border: 1px dashed; padding: 4mm; width: 82mm; break-inside: avoid }}
code {{ font-size: 8pt; overflow-wrap: anywhere }} svg {{ float: right }}
</style>
{labels}
"""
_LABEL = """<div>{picture}<b>Room {room}</b><br>{unit}<br>Gateway {url}
<p>On the unit, as root:<br><code>{command}</code>
<br>It asks for the code:<br><code>{code}</code></p>Good {until}, once</div>"""


Joins = Literal["unit", "gateway", "listener"]


@dataclass(frozen=True, slots=True)
class Label:
    """A unit, second gateway or listener that may join at `url` by `code`, once, before `until`."""

    room: RoomId
    unit: UnitId
    url: str
    code: JoinCode
    until: Wall
    joins: Joins = "unit"

    @property
    def command(self) -> str:
        """What to type on the machine that joins; it asks for the code."""
        match self.joins:
            case "gateway":
                return f"tocsin-gateway join-primary {self.url} --config {USUAL_CONFIG}"
            case "listener":
                return f"tocsin-gateway join-listener {self.url} {self.unit}"
            case _:
                return f"tocsin-device join {self.url}"

    @property
    def who(self) -> str:
        """Who joins, in words."""
        if self.joins == "listener":
            return f"listener {self.unit}"
        return f"room {self.room}, unit {self.unit}"

    @property
    def pasted(self) -> str:
        """The command, and below it the code that it asks for: what the picture holds."""
        return f"{self.command}\n{self.code}\n"


def until_in_words(until: Wall) -> str:
    """Return the moment at which a label ends, by this machine's clock."""
    return time.strftime("until %Y-%m-%d %H:%M %Z", time.localtime(until))


def on_terminal(label: Label) -> str:
    """Return the label as a terminal shows it."""
    picture = StringIO()
    segno.make_qr(label.pasted).terminal(picture, compact=True)
    return (
        f"{label.who}\n{picture.getvalue()}\n"
        f"  gateway   {label.url}\n  code      {label.code}\n"
        f"  good      {until_in_words(label.until)}, once\n"
        f"  there, as root (it asks for the code):\n    {label.command}\n"
    )


def sheet(labels: Sequence[Label]) -> str:
    """Return a page of labels to print and cut."""
    return _PAGE.format(labels="\n".join(map(_in_html, labels)))


def _in_html(label: Label) -> str:
    return _LABEL.format(
        picture=segno.make_qr(label.pasted).svg_inline(scale=2),
        room=html.escape(label.room),
        unit=html.escape(label.unit),
        url=html.escape(label.url),
        command=html.escape(label.command),
        code=html.escape(str(label.code)),
        until=html.escape(until_in_words(label.until)),
    )
