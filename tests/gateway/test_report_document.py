"""The report as a document: valid whatever a school or a unit calls things."""

import json
from pathlib import Path

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.formats.report import ReportWriter, SilentCamera, picture
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.timeline import Event
from gateway.core.values import Frame, Room
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, CameraId, IncidentId, UnitId

SCHEMA = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)
UUID = "0b8f8f0a-4f43-4b0c-9d4e-1f2a3b4c5d6e"
SITE = {"id": "lincoln", "name": "Lincoln School", "address": None, "geo": None, "phone": ""}


def test_a_report_of_a_real_press_is_valid_against_the_published_schema() -> None:
    core = Core()
    core.hear(alert(), at(0))
    VALID.validate(core.report(at(0)))


@given(
    st.text(min_size=1, max_size=40),
    st.text(max_size=40),
    st.text(min_size=1, max_size=60),
    st.text(max_size=50),
)
def test_any_text_anywhere_makes_a_valid_report_and_comes_back_whole(
    name: str, building: str, words: str, by: str
) -> None:
    incident = Incident(IncidentId(UUID), at(0).wall, at(0).mono, version=1)
    room = Room("204", name, "2", building)
    claim = IncomingAlert(
        AlertId(UUID), "panic", UnitId("lincoln-204"), room, at(0).wall, 1, (words,)
    )
    incident.add(claim, at(0))
    incident.note(Event(at(1).wall, "pressed-again", by, detail=words))
    frame = picture(Frame(CameraId("hall-2"), b"\xff\xd8\xff", at(0).wall), "204", at(0).wall)
    silent = [SilentCamera(CameraId("hall-3"), words)]
    report = json.loads(ReportWriter({**SITE, "name": name}).write(incident, 1, [frame], silent))
    VALID.validate(report)
    assert report["alerts"][0]["room"]["name"] == name
    assert report["events"][0] == {
        "at": report["events"][0]["at"],
        "what": "pressed-again",
        "sentence": words,
        "by": by,
    }


def test_a_storm_names_its_first_rooms_in_the_summary() -> None:
    core = Core()
    core.hear(alert("204"), at(0))
    core.hear(alert("205"), at(0))
    assert core.report(at(0))["incident"]["summary"] == "PANIC Lincoln School, 2 rooms: 204, 205"


def test_the_schema_refuses_a_report_without_its_alerts() -> None:
    core = Core()
    core.hear(alert(), at(0))
    assert not VALID.is_valid({**core.report(at(0)), "alerts": []})
