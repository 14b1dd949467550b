"""An incident as one ZIP: what was reported, each press, the whole timeline, every kept picture,
and hashes.
"""

import csv
import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from gateway.console.delivery_view import tell_delivery
from gateway.console.timeline_view import sentence
from gateway.store.pictures.reader import KeptPicture, PictureReader
from gateway.store.reader import Head, PressRow, StoreReader
from gateway.store.timeline import WHOLE
from gateway.store.values import read_answer, read_doubts, read_stage
from wire.ids import Wall
from wire.moment import write_moment

# Beyond this it waits on the disk, and is gone when it was sent.
_IN_MEMORY: Final = 16_000_000
_CHUNK: Final = 256_000
_TIMELINE: Final = (
    *("at", "what", "sentence", "by", "side", "text"),
    *("room", "alert", "press", "endpoint", "receipt"),
)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]")


class Export:
    """Exports incidents of `records` with their pictures; `site` is the school in reports."""

    def __init__(self, records: StoreReader, album: PictureReader, site: Mapping[str, Any]) -> None:
        self._records = records
        self._album = album
        self._site = site

    def write(self, head: Head) -> Iterator[bytes]:
        """Return the ZIP in chunks; raises sqlite3.Error or OSError."""
        out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (_chunks closes it)
        hashes: list[str] = []
        pictures = self._album.pictures(head.id)
        with zipfile.ZipFile(out, "w") as archive:

            def put(name: str, content: bytes) -> None:
                hashes.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
                kind = zipfile.ZIP_STORED if name.endswith(".jpg") else zipfile.ZIP_DEFLATED
                archive.writestr(name, content, kind)

            put("report.json", self._report(head, pictures))
            put("timeline.csv", self._timeline(head))
            put("presses.csv", self._presses(head))
            for picture in pictures:
                jpeg = self._album.jpeg(picture.id, head.id)
                if jpeg is not None:
                    put(f"pictures/{_name(picture)}", jpeg)
            archive.writestr("SHA256SUMS", "".join(hashes))
        return _chunks(out)

    def _report(self, head: Head, pictures: list[KeptPicture]) -> bytes:
        document = {
            "incident": {
                "id": head.id,
                "status": head.status,
                "opened_at": write_moment(head.opened_at),
            },
            "site": self._site,
            "alerts": [
                {
                    **alert._asdict(),
                    "stage": read_stage(alert.stage).name,
                    "answer": None if alert.answer is None else read_answer(alert.answer).word,
                    "pressed_at": write_moment(alert.pressed_at),
                    "received_at": write_moment(alert.received_at),
                    "doubts": read_doubts(alert.doubts),
                }
                for alert in self._records.alerts(head.id)
            ],
            "delivery": tell_delivery(self._records.delivery(head.id)),
            "pictures": [
                {
                    "file": f"pictures/{_name(picture)}",
                    "camera": picture.camera,
                    "room": picture.room,
                    "taken_at": write_moment(Wall(picture.taken_at)),
                    "seconds_from_press": picture.seconds_from_press,
                    "sha256": picture.sha256,
                }
                for picture in pictures
            ],
        }
        return json.dumps(document, indent=1, ensure_ascii=False).encode()

    def _timeline(self, head: Head) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(_TIMELINE)
        rooms = {alert.id: alert.room for alert in self._records.alerts(head.id)}
        for event in self._records.events(head.id, WHOLE):
            side = read_answer(event.side).word if event.by else ""
            about = rooms.get(event.alert, ""), event.alert, str(event.press or "")
            said = (event.what, sentence(event), event.by, side, event.text)
            row = (*said, *about, event.endpoint, event.number)
            writer.writerow([write_moment(event.at), *map(_inert, row)])
        return out.getvalue().encode("utf-8-sig")

    def _presses(self, head: Head) -> bytes:
        """Each press whose time is known; `presses` in report.json counts them all."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(["alert", "room", "press", "pressed_at", "received_at"])
        alerts = self._records.alerts(head.id)
        rooms = {alert.id: _inert(alert.room) for alert in alerts}
        first = [PressRow(each.id, 1, each.pressed_at, each.received_at) for each in alerts]
        for press in sorted([*first, *self._records.presses(head.id)], key=_when):
            at = "" if press.pressed_at is None else write_moment(press.pressed_at)
            place = (press.alert, rooms[press.alert], press.press)
            writer.writerow([*place, at, write_moment(press.received_at)])
        return out.getvalue().encode("utf-8-sig")


def _name(picture: KeptPicture) -> str:
    at = _UNSAFE.sub("-", write_moment(Wall(picture.taken_at)))
    return f"{picture.camera}-{at}-{picture.id}.jpg"


def _when(press: PressRow) -> tuple[Wall, int]:
    return press.received_at if press.pressed_at is None else press.pressed_at, press.press


def _inert(text: str) -> str:
    """A spreadsheet takes a text that begins so for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _chunks(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while chunk := out.read(_CHUNK):
            yield chunk
