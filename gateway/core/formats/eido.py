"""An incident as a NENA Emergency Incident Data Object (NENA-STA-021.1, JSON).  Pure.

Each version of the incident is a whole document of its own.  Every `$ref` in it names a `$id` of
the same document.  Pictures have no place in it.

A storm makes many versions of a long document: what is told of a room, and of an alert, is
written once and kept.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from gateway.core.formats.report import LiveUrl, Picture, SilentCamera, no_link
from gateway.core.formats.sentences import last_change, place, pressed, timeline
from gateway.core.formats.written_alerts import WrittenAlerts
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.values import Room
from wire.ids import AlertId, IncidentId, Wall
from wire.modes import DRILL, LIVE, MEANING, TEST, Mode, label
from wire.moment import write_moment

Json = Mapping[str, Any]
Locate = Callable[[Room, Wall], str]
"""Writes the PIDF-LO document of a room, as it was known at a moment."""

IncidentType = Literal["ALRPANS", "ALRPANA", "ALMH"]
"""The registry's panic alarm silent, panic alarm audible, and panic, duress or hold-up."""

MEDIA_TYPE: Final = "application/emergency.eido+json"
_INCIDENT: Final = "incident"
_TIMELINE: Final = "timeline"
_SITE: Final = "site"
_TRACKING: Final = "urn:emergency:uid:incidentid:"
_STATUS: Final = "incidentStatusCommonRegistryText"
_CLOSED: Final = f'"{_STATUS}":["Closed"]'
# The form has no element for a test: its words say so, and nobody need look at it first.
_PRIORITIES: Final[Mapping[Mode, int]] = {LIVE: 1, DRILL: 5, TEST: 5}


@dataclass(frozen=True, slots=True)
class EidoIssuer:
    """Who issues the documents: `agency` is the domain name by which the agencies agreed to know
    the school, `element` the full domain name of this gateway.  The values of `agency_types` and
    `incident_type` are agreed with the receiving agency.
    """

    agency: str
    element: str
    agency_types: tuple[str, ...]
    incident_type: IncidentType = "ALRPANS"


class EidoWriter:
    """Writes the documents of one site; `site` says in words what has no element of its own, and
    `live_url` makes the address of an incident's own page.
    """

    shows_pictures = False

    def __init__(
        self,
        issuer: EidoIssuer,
        site_name: str,
        locate: Locate,
        site: str = "",
        live_url: LiveUrl = no_link,
    ) -> None:
        self._issuer = issuer
        self._site_name = site_name
        self._locate = locate
        self._site = site
        self._live_url = live_url
        self._rooms: dict[IncidentId, dict[Room, tuple[str, str]]] = {}
        self._notes = {mode: WrittenAlerts(partial(self._note, mode), ",") for mode in MEANING}

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
        notes = [self._notes[incident.mode].of(incident)]
        others = {
            _TIMELINE: "\n".join(timeline(incident, silent)),
            _SITE: "\n".join(filter(None, (self._site, self._live_words(incident)))),
        }
        others = {name: told for name, told in others.items() if told}
        for name, told in others.items():
            notes.append(_json({**self._prologue(name, at), "notesActionComments": told}))
        head = {
            **self._prologue(self._tracking_id(incident), at),
            "eidoVersion": "1.0",
            "issuingElementIdentification": self._issuer.element,
            "agencyComponent": [self._agency(at)],
            "incidentComponent": self._incident(incident, at, locations, others),
        }
        return (
            f'{_json(head)[:-1]},"locationComponent":[{",".join(locations.values())}],'
            f'"notesComponent":[{",".join(notes)}]}}'
        )

    def forget(self, incident: Incident) -> None:
        """Discard the parts of an incident that is over."""
        for notes in self._notes.values():
            notes.forget(incident)
        self._rooms.pop(incident.id, None)

    def _live_words(self, incident: Incident) -> str:
        url = self._live_url(incident)
        return f"live page of this incident: {url}" if url else ""

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

    def _incident(
        self, incident: Incident, at: str, rooms: Iterable[str], others: Iterable[str]
    ) -> Json:
        notes = [_note_id(alert) for alert in incident.alerts]
        return {
            **self._prologue(_INCIDENT, at),
            "incidentTypeCommonRegistryText": self._issuer.incident_type,
            "incidentTypeInternalText": f"{label(incident.mode)}Panic button",
            _STATUS: ["Closed" if incident.closed_freely else "Active"],
            "internalIncidentId": incident.reported_as,
            "incidentCommonPriorityNumber": _PRIORITIES[incident.mode],
            "locationReference": [_ref(name) for name in rooms],
            "notesReference": [_ref(name) for name in [*notes, *others]],
        }

    def _locations(self, incident: Incident) -> Mapping[str, str]:
        """A location for each of its rooms, by name, in the order in which they were pressed."""
        written = self._rooms.setdefault(incident.id, {})
        for alert in incident.alerts.values():
            if alert.room not in written:
                name = f"location-{len(written) + 1}"
                written[alert.room] = name, self._location(alert, name)
        return dict(written[alert.room] for alert in incident.alerts.values())

    def _location(self, alert: Alert, name: str) -> str:
        fields = {
            **self._prologue(name, write_time(alert.received_at)),
            "locationTypeDescriptionRegistryText": "CurrentIncident",
            "locationByValue": self._locate(alert.room, alert.received_at),
            "locationDescriptionText": f"{self._site_name}, {place(alert.room)}",
        }
        return _json(fields)

    def _note(self, mode: Mode, alert: Alert) -> str:
        fields = {
            **self._prologue(_note_id(alert.id), write_time(alert.received_at)),
            "notesActionComments": f"{self._site_name}: {pressed(alert, mode)}",
        }
        return _json(fields)


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


def _ref(name: str) -> Json:
    return {"$ref": name}


# ASCII, so that no receiver can misread a school's words.
_json = json.JSONEncoder(separators=(",", ":")).encode
