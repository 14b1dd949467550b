"""What is shown of a window that was opened: a code, a command, and both as a QR code."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import segno

from gateway.trust.acl import STANDBY
from wire.ids import RoomId, UnitId
from wire.joincode import JoinCode

_PAGE = """<!doctype html><meta charset="utf-8"><title>Labels</title>
<style>
body {{ font: 11pt sans-serif; display: flex; flex-wrap: wrap; gap: 4mm; margin: 8mm }}
div {{ border: 1px dashed; padding: 4mm; width: 82mm; break-inside: avoid }}
code {{ font-size: 8pt; overflow-wrap: anywhere }} svg {{ float: right }}
</style>
{labels}
"""
_LABEL = """<div>{picture}<b>Room {room}</b><br>{unit}<p><code>{code}</code></p></div>"""


@dataclass(frozen=True, slots=True)
class Label:
    """One unit that may join at `url` by `code`."""

    room: RoomId
    unit: UnitId
    url: str
    code: JoinCode

    @property
    def command(self) -> str:
        """What to type on the unit, or on the second gateway."""
        program = "tocsin-gateway follow" if self.unit == STANDBY else "tocsin-device join"
        return f"{program} {self.url} --code {self.code}"


def on_terminal(label: Label) -> str:
    """Return the label as a terminal shows it."""
    picture = StringIO()
    segno.make_qr(label.command).terminal(picture, compact=True)
    return (
        f"room {label.room}, unit {label.unit}\n{picture.getvalue()}\n"
        f"  code      {label.code}\n  there, as root:\n    {label.command}\n"
    )


def sheet(labels: Sequence[Label]) -> str:
    """Return a page of labels to print and cut."""
    return _PAGE.format(labels="\n".join(map(_in_html, labels)))


def _in_html(label: Label) -> str:
    return _LABEL.format(
        picture=segno.make_qr(label.command).svg_inline(scale=2),
        room=html.escape(label.room),
        unit=html.escape(label.unit),
        code=html.escape(str(label.code)),
    )
