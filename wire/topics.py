"""The MQTT topics, written and read in one place.

`tocsin/v1/<site>/up/<unit>/alert`       unit -> gateway
`tocsin/v1/<site>/up/<unit>/heartbeat`   unit -> gateway
`tocsin/v1/<site>/up/standby/incident`   second gateway -> first
`tocsin/v1/<site>/down/<unit>/progress`  gateway -> unit
`tocsin/v1/<site>/incident/<incident>`   gateway -> strobes, PA, home automation
`tocsin/v1/<site>/trouble/<name>`        gateway -> monitoring
`tocsin/v1/<site>/state/incident`        gateway -> who hears incidents; retained
`tocsin/v1/<site>/state/trouble`         gateway -> who hears troubles; retained
`tocsin/v1/<site>/home/<unit>`           gateway -> Home Assistant; retained
`homeassistant/device/<id>/config`       gateway -> Home Assistant; retained
"""

from typing import Final, Literal, NamedTuple

from wire.errors import WireError
from wire.ids import NAME, IncidentId, SiteId, UnitId

ROOT: Final = "tocsin/v1"
STANDBY: Final = UnitId("standby")
"""The second gateway's name at the first one's broker; no unit bears it."""

UpKind = Literal["alert", "heartbeat", "incident"]
Hearing = Literal["incident", "trouble", "home"]
HEARINGS: Final[tuple[Hearing, ...]] = ("incident", "trouble", "home")
"""What a listener may hear: events as they happen, and how all stands, for who comes late; or, by
`home`, what is for Home Assistant.
"""
DISCOVERY: Final = "homeassistant/device"
"""Where Home Assistant looks for devices, unless it is told otherwise."""


class Up(NamedTuple):
    """A topic on which a unit, or the second gateway, publishes: who, and the kind of message."""

    unit: UnitId
    kind: UpKind


def alert_topic(site: SiteId, unit: UnitId) -> str:
    """Where `unit` publishes its alerts."""
    return f"{ROOT}/{site}/up/{unit}/alert"


def heartbeat_topic(site: SiteId, unit: UnitId) -> str:
    """Where `unit` publishes its health."""
    return f"{ROOT}/{site}/up/{unit}/heartbeat"


def standby_topic(site: SiteId) -> str:
    """Where the second gateway tells the first one what it knows of incidents."""
    return f"{ROOT}/{site}/up/{STANDBY}/incident"


def progress_topic(site: SiteId, unit: UnitId) -> str:
    """Where the gateway tells `unit` how far an alert got."""
    return f"{ROOT}/{site}/down/{unit}/progress"


def incident_topic(site: SiteId, incident: IncidentId) -> str:
    """Where the gateway publishes each event of an incident."""
    return f"{ROOT}/{site}/incident/{incident}"


def is_incident(topic: str) -> bool:
    """True if a gateway tells there what happens in an incident."""
    return "/incident/" in topic


def all_incidents(site: SiteId) -> str:
    """The other gateway's subscription: everything that happens in any incident of the site."""
    return f"{ROOT}/{site}/incident/+"


def trouble_topic(site: SiteId, name: str) -> str:
    """Where the gateway publishes the start and the end of a trouble.

    A file's name may hold what no topic may (MQTT 5, 3.3.2.1): that is escaped as in an address.
    """
    return f"{ROOT}/{site}/trouble/{name.replace('+', '%2B').replace('#', '%23')}"


def state_topic(site: SiteId, of: Hearing) -> str:
    """Where the gateway says how all of that kind stands; the broker keeps the last word."""
    return f"{ROOT}/{site}/state/{of}"


def home_topic(site: SiteId, unit: UnitId | None = None) -> str:
    """Where Home Assistant hears how a unit's room stands, or the whole site."""
    return f"{ROOT}/{site}/home/{unit}" if unit else f"{ROOT}/{site}/home"


def discovery_topic(device: str) -> str:
    """Where Home Assistant is told that there is a device."""
    return f"{DISCOVERY}/{device}/config"


def heard_topics(site: SiteId, of: Hearing) -> tuple[str, str]:
    """The branches of topics that belong to a hearing, without a `/#`: events, and the state."""
    if of == "home":
        return DISCOVERY, home_topic(site)
    return f"{ROOT}/{site}/{of}", state_topic(site, of)


def is_heartbeat(topic: str) -> bool:
    """True if a unit tells of its health there, and of nothing more urgent."""
    return topic.endswith("/heartbeat")


def all_up(site: SiteId) -> str:
    """The gateway's subscription: everything that any unit of the site publishes."""
    return f"{ROOT}/{site}/up/+/+"


def read_up(site: SiteId, topic: str) -> Up:
    """Read a topic on which a unit or `standby` publishes; raises WireError for any other topic."""
    head = f"{ROOT}/{site}/up/"
    unit, _, kind = topic[len(head) :].partition("/")
    if not topic.startswith(head) or not NAME.fullmatch(unit):
        raise WireError("not a topic of a unit of this site")
    if (unit == STANDBY) != (kind == "incident"):
        raise WireError("a unit tells nothing of incidents, and the second gateway nothing else")
    if kind == "incident":
        return Up(STANDBY, "incident")
    if kind == "alert":
        return Up(UnitId(unit), "alert")
    if kind == "heartbeat":
        return Up(UnitId(unit), "heartbeat")
    raise WireError("a unit publishes nothing on such a topic")
