"""All forms tell the same facts of one incident, each as far as it has a place for them.

`NO_PLACE` names what a form cannot tell, and why; everything else stands in every form.
"""

import html
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from gateway.app.forms import cap_writer, eido_writer
from gateway.config.endpoints import Cap, Eido
from gateway.config.site import SiteSettings, site_part
from gateway.core.formats.dc09.events import Account, EventWriter, read_events
from gateway.core.formats.report import ReportWriter, SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.presses import FurtherPress
from gateway.core.incidents.timeline import Event
from gateway.core.values import Room
from tests.gateway.core import at
from wire.ids import AlertId, CameraId, IncidentId, MarkId, UnitId, Wall
from wire.marks import Mark, Spot
from wire.moment import write_moment

LINK: Final = "https://lincoln.example/live/5c6f.1.abc/"
PRESSED: Final = Wall(at(0).wall - 61)
LAST: Final = Wall(at(0).wall - 7)
SEEN: Final = Wall(at(0).wall + 17)
ROOM: Final = Room("2Q4", "Art room", "2nd", "Main hall")
SILENT: Final = SilentCamera(CameraId("hall-2"), "no answer within 5 s")

FACTS: Final[Mapping[str, str]] = {
    "school": "Lincoln School",
    "street": "Harding",
    "city": "Springfield",
    "state": "Illinois",
    "postcode": "62701",
    "telephone": "+1 555 0100",
    "point on the map": "39.7817",
    "building": "Main hall",
    "floor": "2nd",
    "room": "2Q4",
    "name of the room": "Art room",
    "unit": "lincoln-204",
    "time of the press": write_moment(PRESSED)[11:19],
    "presses": "37",
    "time of the last press": write_moment(LAST)[11:19],
    "doubt": "its seal does not fit",
    "message": "two doors are locked",
    "who wrote it": "Ms Hill",
    "mark": "seen here: Main hall, floor 3rd, room 3A1",
    "who put the mark": "Ms Frost",
    "note of the mark": "a red jacket",
    "when that was seen": write_moment(SEEN)[11:19],
    "silent camera": "hall-2",
    "why it is silent": "no answer within 5 s",
    "live link": LINK,
    "incident": "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001",
}
_A_PLACE: Final = {"school", "street", "city", "state", "postcode"} | {
    "building",
    "floor",
    "room",
    "name of the room",
}
_AN_EVENT: Final = {"school", "building", "floor", "room", "name of the room"} | {
    "time of the press",
    "time of the last press",
    "presses",
}
NO_PLACE: Final[Mapping[str, set[str]]] = {
    "report": set(),
    "cap": set(),
    "eido": set(),
    # It tells where a room is, and nothing else.
    "pidf": set(FACTS) - _A_PLACE,
    # An event, a zone and one line of 255 characters; that it is in doubt, but not why.
    "dc09": set(FACTS) - _AN_EVENT,
}


def site(folder: Path) -> SiteSettings:
    (folder / "rooms.csv").write_text("room\n")
    return SiteSettings.model_validate(
        {
            "id": "lincoln",
            "name": "Lincoln School",
            "rooms": folder / "rooms.csv",
            "phone": FACTS["telephone"],
            "geo": {"lat": 39.7817, "lon": -89.6501},
            "address": {
                "street": "400 Harding Avenue",
                "city": "Springfield",
                "state": "Illinois",
                "postcode": "62701",
            },
        }
    )


def incident() -> Incident:
    found = Incident(IncidentId(FACTS["incident"]), at(0).wall, at(0).mono, version=1)
    doubts = (FACTS["doubt"],)
    unit, alert = UnitId("lincoln-204"), AlertId("a")
    last = FurtherPress(37, LAST, at(0).wall)
    claim = IncomingAlert(alert, "panic", unit, ROOM, PRESSED, 37, doubts, further=(last,))
    found.add(claim, at(0))
    found.note(Event(at(9).wall, "message", "Ms Hill", FACTS["message"]))
    spot = Spot("Main hall", "3rd", "3A1", 1.0, 2.0)
    name, note = MarkId(FACTS["incident"]), FACTS["note of the mark"]
    found.marks = (Mark(name, "seen", spot, note, "Ms Frost", "account", SEEN, SEEN),)
    return found


def link(_incident: Incident) -> str:
    return LINK


def report(where: SiteSettings) -> str:
    return ReportWriter(site_part(where), link).write(incident(), 1, (), [SILENT])


def cap(where: SiteSettings) -> str:
    fields = {"name": "county-cap", "kind": "cap", "url": "http://127.0.0.1/", "sender": "s"}
    writer = cap_writer(Cap.model_validate({**fields, "addresses": ["a"]}), where, link)
    return html.unescape(writer.write(incident(), 1, (), [SILENT]))


def eido(where: SiteSettings) -> str:
    fields = {
        "name": "county-eido",
        "kind": "eido",
        "url": "http://127.0.0.1/",
        "agency": "l.example",
    }
    agreed = {"element": "gw.l.example", "agency_types": ["police.local"]}
    writer = eido_writer(Eido.model_validate({**fields, **agreed}), where, link)
    return writer.write(incident(), 1, (), [SILENT])


def pidf(where: SiteSettings) -> str:
    (location,) = json.loads(eido(where))["locationComponent"]
    return str(location["locationByValue"])


def dc09(where: SiteSettings) -> str:
    writer = EventWriter(Account("1234", where.name), lambda _: 4)
    (event,) = read_events(writer.write(incident(), 1, (), [SILENT]))
    return event.data + event.blocks


FORMS: Final[Mapping[str, Callable[[SiteSettings], str]]] = {
    "report": report,
    "cap": cap,
    "eido": eido,
    "pidf": pidf,
    "dc09": dc09,
}


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_tells_every_fact_that_it_has_a_place_for(
    tmp_path: Path, form: str, fact: str
) -> None:
    told = FACTS[fact] in FORMS[form](site(tmp_path))
    assert told is (fact not in NO_PLACE[form])


def test_an_event_of_dc09_says_that_a_press_is_in_doubt(tmp_path: Path) -> None:
    assert "IN DOUBT" in dc09(site(tmp_path))
