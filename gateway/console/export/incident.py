"""Writes an incident as one ZIP: what each receiver was sent and acknowledged, each press with its
hops, the whole timeline, every kept picture, and hashes.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final

from gateway.console.delivery_view import tell_delivery
from gateway.console.export.archive import Archive, part
from gateway.console.export.documents import HEAD as DOCUMENTS
from gateway.console.export.documents import file_documents, rows_of
from gateway.console.export.hops import HEAD as HOPS
from gateway.console.export.hops import hops
from gateway.console.export.lacking import Lacking, lacking
from gateway.console.export.readme import readme
from gateway.console.export.tables import moment, table
from gateway.console.timeline_view import sentence
from gateway.store.evidence.reader import NOTHING, EvidenceReader
from gateway.store.heads import Head
from gateway.store.pictures.reader import KeptPicture, PictureReader
from gateway.store.reader import AlertRow, PressRow, StoreReader
from gateway.store.receipts import Delivery
from gateway.store.timeline import WHOLE, EventRow
from gateway.store.values import read_answer, read_doubts, read_evidence, read_stage
from wire.evidence import pattern_of
from wire.ids import AlertId, Wall
from wire.moment import write_moment
from wire.timeline import DELIVERED

# Beyond this it waits on the disk, and is gone when it was sent.
_IN_MEMORY: Final = 16_000_000
_CHUNK: Final = 256_000
_TIMELINE: Final = (
    *("at", "what", "sentence", "by", "side", "text"),
    *("room", "alert", "press", "endpoint", "receipt"),
)
_PRESSES: Final = ("alert", "room", "press", "pressed_at", "received_at")


class Export:
    """Exports incidents of `records` with their pictures and documents; `site` is the school in
    reports.
    """

    def __init__(
        self,
        records: StoreReader,
        album: PictureReader,
        evidence: EvidenceReader,
        site: Mapping[str, Any],
    ) -> None:
        self._records = records
        self._album = album
        self._evidence = evidence
        self._site = site

    def write(self, head: Head) -> Iterator[bytes]:
        """Return the ZIP in chunks; raises sqlite3.Error or OSError."""
        out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (_chunks closes it)
        try:
            archive = Archive(out)
            self._fill(archive, head)
            archive.close()
        except BaseException:
            out.close()
            raise
        return _chunks(out)

    def _fill(self, archive: Archive, head: Head) -> None:
        alerts = self._records.alerts(head.id)
        rooms = {alert.id: alert.room for alert in alerts}
        events = self._records.events(head.id, WHOLE)
        delivery = self._records.delivery(head.id)
        pictures = self._album.pictures(head.id)
        archive.put("report.json", [_json(self._report(head, alerts, delivery, pictures))])
        archive.put("timeline.json", _timeline_json(events, rooms))
        archive.put("timeline.csv", table(_TIMELINE, (_line(event, rooms) for event in events)))
        presses = _dated(alerts, self._records.presses(head.id))
        archive.put("presses.csv", table(_PRESSES, (_press(each, rooms) for each in presses)))
        self._documents(archive, head, presses, rooms, events, delivery)
        for picture in pictures:
            jpeg = self._album.jpeg(picture.id, head.id)
            if jpeg is not None:
                archive.put(f"pictures/{_name(picture)}", [jpeg])

    def _documents(
        self,
        archive: Archive,
        head: Head,
        presses: Sequence[PressRow],
        rooms: Mapping[str, str],
        events: Sequence[EventRow],
        delivery: Delivery,
    ) -> None:
        delivered = [each for each in events if each.what == DELIVERED]
        now = Wall(time.time())
        try:
            evidence = self._evidence.of(head.id, [AlertId(name) for name in rooms])
            missing = lacking(head.id, evidence, delivered)
        except sqlite3.Error as error:  # all else is worth having
            evidence = NOTHING
            missing = [Lacking(now, "all", f"the documents cannot be read: {error}")]
        endpoints = [each.endpoint for each in delivery.endpoints]
        archive.put("hops.csv", table(HOPS, hops(presses, rooms, endpoints, delivered, evidence)))
        filed = file_documents(archive, self._evidence, evidence.documents)
        archive.put("documents.csv", table(DOCUMENTS, rows_of(filed, evidence, missing)))
        gone = [each.lacking for each in filed if each.lacking]
        archive.put("README.txt", [readme(head.id, write_moment(now), missing, gone)])

    def _report(
        self,
        head: Head,
        alerts: Iterable[AlertRow],
        delivery: Delivery,
        pictures: Iterable[KeptPicture],
    ) -> dict[str, Any]:
        return {
            "incident": {
                "id": head.id,
                "status": head.status,
                "mode": head.mode,
                "disposition": head.disposition,
                "opened_at": write_moment(head.opened_at),
            },
            "site": self._site,
            "alerts": list(map(_alert, alerts)),
            "delivery": tell_delivery(delivery),
            "pictures": list(map(_picture, pictures)),
        }


def _alert(alert: AlertRow) -> dict[str, Any]:
    evidence = read_evidence(alert.held, alert.bounces, alert.uptime)
    return {
        **alert._asdict(),
        "pattern": pattern_of(evidence, alert.presses),
        "stage": read_stage(alert.stage).name,
        "answer": None if alert.answer is None else read_answer(alert.answer).word,
        "pressed_at": write_moment(alert.pressed_at),
        "received_at": write_moment(alert.received_at),
        "doubts": read_doubts(alert.doubts),
    }


def _picture(picture: KeptPicture) -> dict[str, Any]:
    return {
        "file": f"pictures/{_name(picture)}",
        "camera": picture.camera,
        "room": picture.room,
        "taken_at": write_moment(Wall(picture.taken_at)),
        "seconds_from_press": picture.seconds_from_press,
        "sha256": picture.sha256,
    }


def _name(picture: KeptPicture) -> str:
    at = part(write_moment(Wall(picture.taken_at)))
    return f"{part(picture.camera)}-{at}-{picture.id}.jpg"


def _line(event: EventRow, rooms: Mapping[str, str]) -> Sequence[str]:
    side = read_answer(event.side).word if event.by else ""
    about = rooms.get(event.alert, ""), event.alert, str(event.press or "")
    said = (event.what, sentence(event), event.by, side, event.text)
    return (write_moment(event.at), *said, *about, event.endpoint, event.number)


def _timeline_json(events: Iterable[EventRow], rooms: Mapping[str, str]) -> Iterator[bytes]:
    before = b"["
    for event in events:
        said = dict(zip(_TIMELINE, _line(event, rooms), strict=True))
        told = {**said, "press": event.press or None}
        yield before + b"\n" + json.dumps(told, ensure_ascii=False).encode()
        before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"


def _dated(alerts: Iterable[AlertRow], further: Iterable[PressRow]) -> list[PressRow]:
    """Each press whose time is known; `presses` in report.json counts them all."""
    first = (PressRow(each.id, 1, each.pressed_at, each.received_at) for each in alerts)
    return sorted([*first, *further], key=_when)


def _press(press: PressRow, rooms: Mapping[str, str]) -> Sequence[str]:
    place = press.alert, rooms[press.alert], str(press.press)
    return (*place, moment(press.pressed_at), moment(press.received_at))


def _when(press: PressRow) -> tuple[Wall, int]:
    return press.received_at if press.pressed_at is None else press.pressed_at, press.press


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def _chunks(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while chunk := out.read(_CHUNK):
            yield chunk
