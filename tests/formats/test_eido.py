"""EIDO: for each version a whole document, valid by our own schema, in which nothing dangles."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.formats.eido import EidoIssuer, EidoWriter, is_closed
from gateway.core.formats.report import SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.timeline import Event
from gateway.core.values import Room
from tests.formats.eido import check
from tests.gateway.core import at
from wire.ids import AlertId, CameraId, IncidentId, UnitId, Wall

ISSUER = EidoIssuer("lincoln.example.k12.us", "gw-01.lincoln.example.k12.us", ("police.local",))
UUID = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
ROOM = Room("204", "Room 204", "2", "Main")


def locate(room: Room, _at: Wall) -> str:
    return f"<presence>{room.id}</presence>"


def incident_in(*rooms: Room) -> Incident:
    incident = Incident(IncidentId(UUID), at(0).wall, at(0).mono, version=1)
    for number, room in enumerate(rooms):
        name = AlertId(f"{UUID[:-3]}{number:03}")
        unit = UnitId(f"lincoln-{number}")
        incident.add(IncomingAlert(name, "panic", unit, room, at(number).wall, 1, ()), at(number))
    return incident


def written(incident: Incident, writer: EidoWriter | None = None, *silent: SilentCamera) -> Any:
    writer = writer or EidoWriter(ISSUER, "Lincoln School", locate)
    return json.loads(writer.write(incident, 1, (), silent))


def test_one_press_is_a_document_with_its_place_in_words_and_as_pidf_lo() -> None:
    document = written(incident_in(ROOM))
    check(document)
    assert document["$id"] == (
        "urn:emergency:uid:incidentid:0d5cf6b05e6c4a358a921de6f1a7b001:lincoln.example.k12.us"
    )
    (location,) = document["locationComponent"]
    assert location["locationByValue"] == "<presence>204</presence>"
    assert location["locationDescriptionText"] == (
        "Lincoln School, Main, floor 2, room 204, Room 204"
    )
    (note,) = document["notesComponent"]
    assert note["notesActionComments"].startswith(
        "Lincoln School: Panic button lincoln-0 pressed in Main, floor 2, room 204, Room 204;"
    )


def test_two_alerts_of_one_room_are_one_place_and_two_notes() -> None:
    document = written(incident_in(ROOM, ROOM, Room("205", "205")))
    check(document)
    assert len(document["locationComponent"]) == 2
    assert len(document["notesComponent"]) == 3
    assert len(document["incidentComponent"]["notesReference"]) == 3


def test_each_version_says_what_changed_and_when() -> None:
    incident, writer = incident_in(ROOM), EidoWriter(ISSUER, "Lincoln School", locate)
    first = written(incident, writer)
    incident.press_again(incident.alerts[AlertId(f"{UUID[:-3]}000")], 3, at(5))
    incident.note(Event(at(9).wall, "closed", "Ms Hill"))
    incident.closed = True
    last = written(incident, writer, SilentCamera(CameraId("hall-2"), "no answer within 5 s"))
    check(last)
    assert last["lastUpdateTimeStamp"] > first["lastUpdateTimeStamp"]
    assert last["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]
    press, timeline = (each["notesActionComments"] for each in last["notesComponent"])
    assert "pressed 3 times" in press
    assert "closed, Ms Hill" in timeline
    assert "camera hall-2 shows nothing: no answer within 5 s" in timeline


def test_the_same_incident_is_the_same_document_to_the_byte() -> None:
    incident, writer = incident_in(ROOM, Room("205", "205")), EidoWriter(ISSUER, "L", locate)
    before = writer.write(incident, 1, (), ())
    assert writer.write(incident, 1, (), ()) == before
    writer.forget(incident)
    assert writer.write(incident, 1, (), ()) == before


@given(*(st.text(min_size=1, max_size=10_000) for _ in range(5)))
def test_any_words_make_a_valid_document_and_come_back_whole(
    site: str, name: str, building: str, event: str, by: str
) -> None:
    incident = incident_in(Room("204", name, "2", building))
    happened = Event(at(1).wall, event, by)
    incident.note(happened)
    document = written(incident, EidoWriter(ISSUER, site, locate))
    check(document)
    place = document["locationComponent"][0]["locationDescriptionText"]
    assert place.startswith(f"{site}, {building}, floor 2, room 204")
    assert name == "204" or place.endswith(f", {name}")
    assert document["notesComponent"][1]["notesActionComments"].endswith(
        f" {happened.sentence}, {by}"
    )


@given(st.text(max_size=50))
def test_whether_an_incident_is_closed_is_seen_whatever_its_rooms_are_called(words: str) -> None:
    evil = f'"incidentStatusCommonRegistryText":["Closed"]{words}'
    incident = incident_in(Room("204", evil, evil, evil))
    writer = EidoWriter(ISSUER, evil, locate)
    assert not is_closed(writer.write(incident, 1, (), ()))
    incident.closed = True
    assert is_closed(writer.write(incident, 1, (), ()))


def test_500_rooms_are_one_document() -> None:
    document = written(incident_in(*(Room(str(number), f"R{number}") for number in range(500))))
    check(document)
    assert len(document["locationComponent"]) == 500


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("eidoVersion"),
        lambda d: d["locationComponent"][0].update(locationByReferenceUrl="https://x"),
        lambda d: d["locationComponent"][0].pop("locationByValue"),
        lambda d: d["incidentComponent"].update(incidentTypeCommonRegistryText="ACTSHOOT"),
        lambda d: d["agencyComponent"].clear(),
        lambda d: d["notesComponent"][0].update({"$id": "other"}),
        lambda d: d.update(updatedByAgencyReference={"$ref": "nobody"}),
        lambda d: d.update(lastUpdateTimeStamp="2026-09-03T14:05:09.000Z"),
    ],
)
def test_the_check_sees_what_is_wrong(spoil: Any) -> None:
    document = written(incident_in(ROOM))
    spoil(document)
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        check(document)
