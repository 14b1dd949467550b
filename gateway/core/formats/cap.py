"""An incident as messages of the Common Alerting Protocol (OASIS CAP 1.2, XML).  Pure.

Each version of the incident is a whole message: an Alert until anybody has given a receipt for the
incident, then Updates, and a Cancel when it is closed.  An Update or Cancel names those before it.
Pictures have no place in it.

CAP gives its elements a fixed order, and its times neither a `Z` nor fractions of a second.

A storm makes many versions of a long message: what is told of a room, and of an alert, is written
once and kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal, NamedTuple

from gateway.core.formats.report import LiveUrl, Picture, SilentCamera, no_link, summarise
from gateway.core.formats.sentences import last_change, place, pressed, timeline
from gateway.core.formats.written_alerts import WrittenAlerts
from gateway.core.formats.xml import DECLARATION, branch, leaf, words
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.values import Room
from wire.ids import IncidentId, Seconds, Wall
from wire.modes import DRILL, LIVE, MEANING, TEST, Mode

Status = Literal["Actual", "Exercise", "Test"]
MessageType = Literal["Alert", "Update", "Cancel"]

MEDIA_TYPE: Final = "application/xml"
_NAMESPACE: Final = ' xmlns="urn:oasis:names:tc:emergency:cap:1.2"'
# Each message holds all that is known, so the first and the newest before it are enough to name.
_MOST_NAMED: Final = 8
NEVER: Final = Seconds(0.0)


class _Terms(NamedTuple):
    """How the form tells of a mode; `codes` as the SIA and APCO number what happened."""

    status: Status
    event: str
    response: str
    urgency: str
    severity: str
    codes: tuple[tuple[str, str], ...]


_TERMS: Final[Mapping[Mode, _Terms]] = {
    LIVE: _Terms(
        "Actual", "Panic button (silent)", "Assess", "Immediate", "Extreme",
        # A silent hold-up alarm.
        (("SIA-DC-05", "E122"), ("APCO-2.103.2", "ALRPANS")),
    ),
    DRILL: _Terms(
        "Exercise", "Drill of a panic button", "None", "Unknown", "Minor", (("SIA-DC-05", "E601"),)
    ),
    TEST: _Terms(
        "Test", "Test of a panic button", "None", "Unknown", "Minor", (("SIA-DC-05", "E602"),)
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CapSource:
    """Who sends, and to whom: `sender` names the gateway and `addresses` the receivers as agreed;
    neither holds white space.  `place` is the site's address, `circle` its point on the map.  A
    message is out of date `expires` after it was sent, or NEVER.  `status` is that of emergencies:
    another one than Actual is agreed while a receiver tries us out, and then holds for all.
    """

    sender: str
    addresses: tuple[str, ...]
    site_name: str
    place: str = ""
    circle: str = ""
    phone: str = ""
    language: str = "en-US"
    status: Status = "Actual"
    expires: Seconds = NEVER


class CapWriter:
    """Writes the messages of one source; `live_url` makes the address of an incident's own page."""

    shows_pictures = False

    def __init__(self, source: CapSource, live_url: LiveUrl = no_link) -> None:
        self._source = source
        self._live_url = live_url
        self._before: dict[IncidentId, list[str]] = {}
        self._areas: dict[IncidentId, dict[Room, str]] = {}
        self._lines = {mode: WrittenAlerts(partial(_line, mode), "\n") for mode in MEANING}

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],  # noqa: ARG002
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the message of `incident` as it stands."""
        source, sent = self._source, write_time(last_change(incident))
        kind = type_of(incident)
        before = self._before.setdefault(incident.id, [])
        told = [] if kind == "Alert" else before or [self._first(incident)]
        parts = [
            leaf("identifier", identifier_of(incident.id, version)),
            leaf("sender", source.sender),
            leaf("sent", sent),
            leaf("status", self._status(incident)),
            leaf("msgType", kind),
            leaf("source", f"{source.site_name}, panic buttons"),
            leaf("scope", "Private"),
            leaf("addresses", " ".join(source.addresses)),
            leaf("note", "\n".join(timeline(incident, silent))),
            leaf("references", " ".join(told)),
            leaf("incidents", incident.reported_as),
            self._info(incident, sent),
        ]
        before.append(self._reference(incident.id, version, sent))
        del before[1:-_MOST_NAMED]
        return DECLARATION + branch("alert", parts, _NAMESPACE)

    def forget(self, incident: Incident) -> None:
        """Discard what was kept of an incident that is over."""
        self._before.pop(incident.id, None)
        self._areas.pop(incident.id, None)
        for lines in self._lines.values():
            lines.forget(incident)

    def _first(self, incident: Incident) -> str:
        """What an earlier message was, as far as a process that has since begun can know."""
        return self._reference(incident.id, incident.resumed or 1, write_time(incident.opened_at))

    def _reference(self, incident: IncidentId, version: int, sent: str) -> str:
        return f"{self._source.sender},{identifier_of(incident, version)},{sent}"

    def _info(self, incident: Incident, sent: str) -> str:
        source, alerts = self._source, list(incident.alerts.values())
        sure, terms = not all(alert.doubts for alert in alerts), _TERMS[incident.mode]
        parts = [
            leaf("language", source.language),
            leaf("category", "Security"),
            leaf("category", "Safety"),
            leaf("event", terms.event),
            leaf("responseType", "AllClear" if incident.closed_freely else terms.response),
            leaf("urgency", "Past" if incident.closed_freely else terms.urgency),
            leaf("severity", terms.severity),
            leaf("certainty", "Observed" if sure else "Likely"),
            *(_valued("eventCode", name, value) for name, value in terms.codes),
            leaf("effective", sent),
            leaf("onset", write_time(min(alert.pressed_at for alert in alerts))),
            leaf("expires", self._expires(incident)),
            leaf("senderName", source.site_name),
            leaf("headline", self._headline(incident)),
            branch("description", [self._lines[incident.mode].of(incident)]),
            leaf("web", self._live_url(incident) or ""),
            leaf("contact", source.phone),
            *self._all_areas(incident),
        ]
        return branch("info", parts)

    def _expires(self, incident: Incident) -> str:
        after = self._source.expires
        return write_time(Wall(last_change(incident) + after)) if after else ""

    def _headline(self, incident: Incident) -> str:
        told = summarise(self._source.site_name, incident)
        marks = {"Actual": "", "Exercise": "EXERCISE: ", "Test": "TEST: "}
        return (
            f"{marks[self._status(incident)]}{'CLOSED: ' if incident.closed_freely else ''}{told}"
        )

    def _status(self, incident: Incident) -> Status:
        agreed = self._source.status
        return _TERMS[incident.mode].status if agreed == "Actual" else agreed

    def _all_areas(self, incident: Incident) -> Iterable[str]:
        """An area for each of its rooms, in the order in which they were first pressed."""
        written = self._areas.setdefault(incident.id, {})
        rooms = dict.fromkeys(alert.room for alert in incident.alerts.values())
        for room in rooms.keys() - written.keys():
            written[room] = self._area(room)
        return [written[room] for room in rooms]

    def _area(self, room: Room) -> str:
        source = self._source
        site = ", ".join(filter(None, (source.site_name, source.place)))
        codes = (("BLD", room.building), ("FLR", room.floor), ("ROOM", room.id))
        parts = [
            leaf("areaDesc", f"{site}: {place(room)}"),
            leaf("circle", source.circle),
            *(_valued("geocode", name, value) for name, value in codes if value),
        ]
        return branch("area", parts)


def type_of(incident: Incident) -> MessageType:
    """Return how a message stands to those before it; until a receipt is there, it is the first.

    Who knows only Alerts must not lose a press because an earlier message did not arrive.
    """
    if incident.closed_freely:
        return "Cancel"
    taken = len(incident.nowhere()) < len(incident.alerts)
    return "Update" if taken else "Alert"


def identifier_of(incident: IncidentId, version: int) -> str:
    """Return the identifier of a message: that of its webhook-id, the same at every try."""
    return f"{incident}.{version}"


def write_time(at: Wall) -> str:
    """Write a moment as CAP 1.2 wants it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _line(mode: Mode, alert: Alert) -> str:
    return words(pressed(alert, mode))


def _valued(name: str, key: str, value: str) -> str:
    return branch(name, [leaf("valueName", key), leaf("value", value)])
