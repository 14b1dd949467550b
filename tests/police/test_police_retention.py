"""What the receiver keeps for how long: bounded for years, and nothing that is still going on."""

import json
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from police.reader import StoreReader
from police.receiver import Refused, SenderName, SignedReport, read_signed
from police.retention import DAY, Keep
from police.store import ReportStore
from tests.police.school import Json, alert, jpeg, picture, report
from wire.ids import IncidentId, Wall

DAYS, UNITS = 200, 12
KEEP = Keep(pictures=30, reports=1095)
SCHOOL = SenderName("lincoln")
MOST = 60_000_000


class Disk:
    """A store on disk that reports come to, at times of a test's choice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = ReportStore(path)
        self.reader = StoreReader(path)
        self.came = 0

    def takes(self, at: float, *documents: Json) -> bytes:
        """Keep these reports with one commit; return the bytes of the last one."""
        with self.store.transaction():
            for document in documents:
                self.came += 1
                body = json.dumps(document).encode()
                signed = SignedReport(SCHOOL, f"report-{self.came}", body, Wall(at))
                read = read_signed(signed)
                assert not isinstance(read, Refused)
                self.store.save(signed, signed.digest(), read, b"{}", late=False)
        return body

    def sweeps(self, at: float, keep: Keep = KEEP) -> None:
        more = True
        while more:
            with self.store.transaction():
                more = self.store.sweep(keep, Wall(at))

    def size(self) -> int:
        return sum(each.stat().st_size for each in self.path.parent.glob("police.db*"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    found = Disk(tmp_path / "police.db")
    yield found
    found.store.close()
    found.reader.close()


def incident(photo: bytes | None = None, *, closes: bool = True) -> Iterator[Json]:
    """The four reports of an incident, one of them with a picture."""
    name, pressed = str(uuid.uuid4()), alert()
    stages: list[Json] = [
        {},
        {"pictures": [picture(photo)] if photo else []},
        {"events": [{"what": "take", "by": "Ms Ito", "at": None}]},
        {"events": [{"what": "close", "by": "Ms Ito", "at": None}]},
    ]
    for version, fields in enumerate(stages, start=1):
        document = report([pressed], version, incident=name, **fields)
        if version == len(stages) and closes:
            document["incident"]["status"] = "closed"
        yield document


def told(disk: Disk, at: float, photo: bytes | None = None, *, closes: bool = True) -> str:
    """The receiver was told of an incident; return its id."""
    documents = list(incident(photo, closes=closes))
    disk.takes(at, *documents)
    return str(documents[0]["incident"]["id"])


@pytest.mark.timeout(120)
def test_200_school_days_of_12_units_cost_less_than_60_mb(disk: Disk) -> None:
    photo = jpeg("hall-2", (640, 360))
    for day in range(DAYS):
        photos = [photo + os.urandom(40_000 - len(photo)) for _ in range(UNITS)]
        disk.takes(day * DAY, *(each for one in photos for each in incident(one)))
        disk.sweeps(day * DAY)
    print(f"{DAYS} days of {UNITS} units: {disk.size() / 1e6:.1f} MB")
    assert disk.size() < MOST


def test_what_nobody_closed_is_kept_with_its_pictures_whatever_its_age(disk: Disk) -> None:
    photo = jpeg()
    active, closed = told(disk, 0, photo, closes=False), told(disk, 0)
    disk.sweeps(2000 * DAY)
    (row,) = disk.reader.rows()
    assert (row.incident, len(disk.reader.details(row).pictures)) == (active, 1)
    assert disk.reader.report(closed, None) is None


def test_presses_go_with_their_incident_and_not_before(disk: Disk) -> None:
    at = "2026-03-09T14:05:00.000Z"
    each = [{"press": number, "pressed_at": at, "received_at": at} for number in (1, 2)]
    document = report([alert(presses=2, each_press=each)])
    disk.takes(0, document)
    disk.sweeps(2000 * DAY)
    with closing(sqlite3.connect(disk.path)) as db:
        count = "SELECT count(*) FROM press"
        assert db.execute(count).fetchone() == (2,)
        document["incident"]["status"], document["version"] = "closed", 2
        disk.takes(2000 * DAY, document)
        disk.sweeps(4000 * DAY)
        assert db.execute(count).fetchone() == (0,)


def test_pictures_of_closed_incidents_go_first(disk: Disk) -> None:
    name = told(disk, 0, jpeg())
    disk.sweeps(31 * DAY)
    (row,) = disk.reader.rows()
    assert disk.reader.details(row).pictures == []
    assert disk.reader.report(name, None)


def test_every_active_incident_is_listed_whatever_came_after(disk: Disk) -> None:
    active = told(disk, 0, closes=False)
    for number in range(200):
        told(disk, 10.0 + number)
    rows = disk.reader.rows()
    assert rows[-1].incident == active
    assert len(rows) == 51


def test_a_report_with_pictures_is_given_byte_for_byte_though_they_lie_there_once(
    disk: Disk,
) -> None:
    photo, name = jpeg(), str(uuid.uuid4())
    body = disk.takes(0, report([alert()], pictures=[picture(photo)], incident=name))
    assert disk.reader.report(IncidentId(name), None) == body
    assert b"/9j/" not in disk.path.with_name("police.db-wal").read_bytes()
