"""What a form kept of an incident is told only while it is so, and only where it is asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from gateway.app.forms import cap_writer, eido_writer
from gateway.config.endpoints import Cap, Eido
from gateway.config.site import SiteSettings, site_part
from gateway.core.delivery.attempt import Portion
from gateway.core.delivery.channel import Writer
from gateway.core.formats.dc09.events import Account, EventWriter
from gateway.core.formats.report import ReportWriter
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.values import Room
from tests.formats.test_same_facts import site
from tests.gateway.core import at
from wire.ids import AlertId, IncidentId, UnitId

ART, GYM = AlertId("a"), AlertId("b")
CAP: Final = {"name": "county-cap", "kind": "cap", "url": "http://127.0.0.1/", "sender": "s"}
EIDO: Final = {
    "name": "county-eido",
    "kind": "eido",
    "url": "http://127.0.0.1/",
    "agency": "l.example",
}
AGREED: Final = {"element": "gw.l.example", "agency_types": ["police.local"]}
FORMS: Final[Mapping[str, Callable[[SiteSettings], Writer]]] = {
    "report": lambda of: ReportWriter(site_part(of)),
    "cap": lambda of: cap_writer(Cap.model_validate({**CAP, "addresses": ["a"]}), of, _no_link),
    "eido": lambda of: eido_writer(Eido.model_validate({**EIDO, **AGREED}), of, _no_link),
    "dc09": lambda of: EventWriter(Account("1234", of.name), lambda _: 4),
}


def _no_link(_incident: Incident) -> str | None:
    return None


@pytest.fixture(params=FORMS)
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Writer:
    return FORMS[request.param](site(tmp_path))


@pytest.fixture
def incident() -> Incident:
    found = Incident(IncidentId("i"), at(0).wall, at(0).mono, version=1)
    for name, room in ((ART, Room("204", "Art room")), (GYM, Room("310", "Gym"))):
        unit = UnitId(f"lincoln-{room.id}")
        found.add(IncomingAlert(name, "panic", unit, room, at(0).wall, 1, ()), at(0))
    return found


def told(writer: Writer, incident: Incident) -> str:
    return writer.write(incident, 1, (), ())


def test_a_portion_tells_of_no_room_but_its_own(writer: Writer, incident: Incident) -> None:
    assert "Art room" in told(writer, incident)
    portion = Portion((GYM,), 1, frozenset()).of(incident)
    assert "Art room" not in told(writer, portion)
    assert "Gym" in told(writer, portion)


def test_a_room_that_has_another_name_now_is_told_by_that_alone(
    writer: Writer, incident: Incident
) -> None:
    assert "Art room" in told(writer, incident)
    incident.alerts[ART].room = Room("204", "Studio")
    assert "Studio" in told(writer, incident)
    assert "Art room" not in told(writer, incident)


def test_what_is_in_doubt_by_now_is_told_as_that(writer: Writer, incident: Incident) -> None:
    before = told(writer, incident)
    incident.alerts[ART].doubts = ("its seal does not fit",)
    assert told(writer, incident) != before
