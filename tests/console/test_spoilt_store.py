"""What a disk spoilt of one alert hides no incident, and ends no page."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from gateway.console.export.incident import Export
from gateway.console.plans import Plans
from gateway.console.room_view import dated_presses, describe_rooms
from gateway.core.effects import SaveEvent
from gateway.store.evidence.reader import EvidenceReader
from gateway.store.pictures.reader import PictureReader
from gateway.store.reader import StoreReader
from gateway.store.values import DAMAGED
from tests.gateway.stored import INCIDENT, OPEN, Disk, alert
from wire.ids import Wall


@pytest.fixture
def reader(tmp_path: Path) -> StoreReader:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), SaveEvent(INCIDENT, Wall(2.0), "message", "Ms Hill", "come in"))
    with sqlite3.connect(disk.path) as db:
        db.execute("UPDATE alert SET doubts = '[\"unsig'")
        db.execute("UPDATE event SET text = CAST(x'ff636f6d65' AS TEXT)")
    db.close()
    return StoreReader(disk.path)


def test_a_page_shows_the_room_and_says_that_its_doubts_were_spoilt(reader: StoreReader) -> None:
    alerts = reader.alerts(INCIDENT)
    (room,) = describe_rooms(alerts, dated_presses(alerts, ()))
    assert (room["room"], room["doubts"]) == ("204", [DAMAGED])


def test_a_character_of_the_timeline_is_one_odd_character(reader: StoreReader) -> None:
    said = [event.text for event in reader.events(INCIDENT) if event.by]
    assert said == ["\N{REPLACEMENT CHARACTER}come"]


def test_an_incident_can_be_exported_all_the_same(reader: StoreReader, tmp_path: Path) -> None:
    head = reader.head(INCIDENT)
    assert head
    nothing = PictureReader(tmp_path / "none.db"), EvidenceReader(tmp_path / "none.db")
    parts = Export(reader, *nothing, {}).write(head)
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        (told,) = json.loads(archive.read("report.json"))["alerts"]
    assert told["doubts"] == [DAMAGED]


def test_a_folder_of_plans_that_cannot_be_looked_at_holds_none(tmp_path: Path) -> None:
    plans = Plans(tmp_path / ("x" * 300))
    assert (plans.names([("Main", "2")]), plans.read("Main - 2.svg")) == ({}, None)
