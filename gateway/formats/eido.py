"""An incident as a NENA Emergency Incident Data Object (NENA-STA-021.1, JSON).  Pure.

Each version of the incident is a whole document of its own.  Every `$ref` in it names a `$id` of
the same document.  Pictures have no place in it.

A storm makes many versions of a long document: what is told of a room, and of an alert, is
written once and kept.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from gateway.formats.sentences import last_change, place, pressed
from gateway.incident import Alert, Event, Incident
from gateway.report import Picture, SilentCamera
from gateway.work import Room
from wire.ids import AlertId, IncidentId, Wall
from wire.moment import write_moment

Json = Mapping[str, Any]
Locate = Callable[[Room, Wall], str]
"""Writes the PIDF-LO document of a room, as it was known at a moment."""

IncidentType = Literal["ALRPANS", "ALRPANA", "ALMH"]
"""The registry's panic alarm silent, panic alarm audible, and panic, duress or hold-up."""

MEDIA_TYPE: Final = "application/emergency.eido+json"
# The newest lines tell what is going on; the whole timeline stays in the store.
_MOST_EVENTS: Final = 100
_INCIDENT: Final = "incident"
_TIMELINE: Final = "timeline"
_TRACKING: Final = "urn:emergency:uid:incidentid:"
_STATUS: Final = "incidentStatusCommonRegistryText"
_CLOSED: Final = f'"{_STATUS}":["Closed"]'


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the documents: `agency` is the domain name by which the agencies agreed to know
    the school, `element` the full domain name of this gateway.  The values of `agency_types` and
    `incident_type` are agreed with the receiving agency.
    """

    agency: str
    element: str
    agency_types: tuple[str, ...]
    incident_type: IncidentType = "ALRPANS"


class EidoWriter:
    """Writes the documents of one site."""

    shows_pictures = False

    def __init__(self, issuer: Issuer, site_name: str, locate: Locate) -> None:
        self._issuer = issuer
        self._site_name = site_name
        self._locate = locate
        self._rooms: dict[IncidentId, dict[Room, str]] = {}
        self._notes: dict[AlertId, tuple[int, str]] = {}

    def write(
        self,
        incident: Incident,
        version: int,  # noqa: ARG002  (the form has no number; its times say what is newer)
        pictures: Sequence[Picture],  # noqa: ARG002
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the document of `incident` as it stands."""
        at = write_time(last_change(incident))
        locations = self._locations(incident)
        notes = [self._note(alert) for alert in incident.alerts.values()]
        timeline = "\n".join(_timeline(incident.events, silent))
        if timeline:
            notes.append(_json({**self._prologue(_TIMELINE, at), "notesActionComments": timeline}))
        head = {
            **self._prologue(self._tracking_id(incident), at),
            "eidoVersion": "1.0",
            "issuingElementIdentification": self._issuer.element,
            "agencyComponent": [self._agency(at)],
            "incidentComponent": self._incident(incident, at, len(locations), bool(timeline)),
        }
        return (
            f'{_json(head)[:-1]},"locationComponent":[{",".join(locations)}],'
            f'"notesComponent":[{",".join(notes)}]}}'
        )

    def forget(self, incident: Incident) -> None:
        """Let go of the parts of an incident that is over."""
        for alert in incident.alerts:
            self._notes.pop(alert, None)
        self._rooms.pop(incident.id, None)

    def _tracking_id(self, incident: Incident) -> str:
        return f"{_TRACKING}{incident.reported_as.replace('-', '')}:{self._issuer.agency}"

    def _prologue(self, name: str, at: str) -> Json:
        return {
            "$id": name,
            "lastUpdateTimeStamp": at,
            "updatedByAgencyReference": _ref(self._issuer.agency),
        }

    def _agency(self, at: str) -> Json:
        return {
            **self._prologue(self._issuer.agency, at),
            "agencyRoleDescriptionRegistryText": ["Informational"],
            "agencyType": list(self._issuer.agency_types),
        }

    def _incident(self, incident: Incident, at: str, rooms: int, timeline: bool) -> Json:
        notes = [_note_id(alert) for alert in incident.alerts]
        return {
            **self._prologue(_INCIDENT, at),
            "incidentTypeCommonRegistryText": self._issuer.incident_type,
            "incidentTypeInternalText": "Panic button",
            _STATUS: ["Closed" if incident.closed else "Active"],
            "internalIncidentId": incident.reported_as,
            "incidentCommonPriorityNumber": 1,
            "locationReference": [_ref(f"location-{number}") for number in range(1, rooms + 1)],
            "notesReference": [_ref(name) for name in [*notes, *[_TIMELINE] * timeline]],
        }

    def _locations(self, incident: Incident) -> Sequence[str]:
        """A location for each room, in the order in which they were first pressed."""
        written = self._rooms.setdefault(incident.id, {})
        for alert in incident.alerts.values():
            if alert.room not in written:
                written[alert.room] = self._location(alert, len(written) + 1)
        return list(written.values())

    def _location(self, alert: Alert, number: int) -> str:
        fields = {
            **self._prologue(f"location-{number}", write_time(alert.received_at)),
            "locationTypeDescriptionRegistryText": "CurrentIncident",
            "locationByValue": self._locate(alert.room, alert.received_at),
            "locationDescriptionText": f"{self._site_name}, {place(alert.room)}",
        }
        return _json(fields)

    def _note(self, alert: Alert) -> str:
        presses, note = self._notes.get(alert.id, (0, ""))
        if presses != alert.presses:
            fields = {
                **self._prologue(_note_id(alert.id), write_time(alert.received_at)),
                "notesActionComments": f"{self._site_name}: {pressed(alert)}",
            }
            note = _json(fields)
            self._notes[alert.id] = alert.presses, note
        return note


def is_closed(document: str) -> bool:
    """True if a document that was written here is that of a closed incident.

    Looks without reading all of it; in a school's words a quotation mark is never bare.
    """
    return _CLOSED in document


def unique_part(tracking_id: str) -> str:
    """Return what of an Incident Tracking Id is the incident's own: its id without dashes."""
    return tracking_id.removeprefix(_TRACKING).partition(":")[0]


def write_time(at: Wall) -> str:
    """Write a moment as RFC 3339 with a numeric offset."""
    return write_moment(at).replace("Z", "+00:00")


def _note_id(alert: AlertId) -> str:
    return f"alert-{alert}"


def _timeline(events: Sequence[Event], silent: Iterable[SilentCamera]) -> Iterator[str]:
    for event in events[-_MOST_EVENTS:]:
        yield f"{write_moment(event.at)} {event.what}{f', {event.by}' if event.by else ''}"
    for camera in silent:
        yield f"camera {camera.camera} shows nothing: {camera.reason}"


def _ref(name: str) -> Json:
    return {"$ref": name}


# ASCII, so that no receiver can misread a school's words.
_json = json.JSONEncoder(separators=(",", ":")).encode
