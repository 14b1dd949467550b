"""The ways to every endpoint, built from its settings by its kind.  Knows concrete things.

A new kind is a class in `endpoints.py`, a writer in `formats/`, and a branch of `_road` here.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from gateway.eido.caller import Caller
from gateway.eido.door import Door
from gateway.endpoints import AnyEndpoint, Eido, EidoNotifier, HttpEndpoint, Webhook
from gateway.formats import eido
from gateway.formats.pidf import Civic, write_pidf
from gateway.links import Links, link_key
from gateway.outbox import Terms, Writer
from gateway.papers import Papers
from gateway.ports import SenderPort
from gateway.receipt import Policy
from gateway.report import ReportWriter
from gateway.sender import Sender
from gateway.settings import Console, GatewaySettings
from gateway.settings import Site as SiteSettings
from gateway.transport import Directory
from gateway.work import Condition, Room, Way
from wire.ids import EndpointName, Seconds, Wall

log = logging.getLogger(__name__)

# An endpoint's backup address is tried when the first has given no receipt for so long.
_BACKUP_AFTER: Final = 2.0


class Starting(SenderPort, Protocol):
    """A sender that has threads of its own."""

    def start(self) -> None:
        """Make ready to send."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way with its terms and its sender; `looks` say how their files stand."""

    terms: Mapping[Way, Terms]
    senders: Mapping[Way, Starting]
    looks: Sequence[Callable[[], Condition]]


@dataclass(frozen=True, slots=True)
class _Road:
    """What all ways to one endpoint share."""

    policy: Policy
    writer: Writer
    senders: Sequence[Starting]
    looks: Sequence[Callable[[], Condition]] = ()


def hosts_of(settings: GatewaySettings) -> list[str]:
    """Return the host names that reports go to."""
    return [urlsplit(url).hostname or "" for each in settings.endpoint for url in each.urls]


def forgetful(settings: GatewaySettings) -> set[EndpointName]:
    """Return the endpoints that after a start must be told again of all that is open."""
    return {EndpointName(e.name) for e in settings.endpoint if isinstance(e, EidoNotifier)}


def make_ways(settings: GatewaySettings, directory: Directory, put: Callable[[Any], None]) -> Ways:
    """Build every way; an endpoint's backup waits for its first address, a standby for the other
    gateway.
    """
    wait = settings.standby.after_seconds if settings.standby else 0.0
    reports = _reports(settings)
    terms: dict[Way, Terms] = {}
    senders: dict[Way, Starting] = {}
    looks: list[Callable[[], Condition]] = []
    for endpoint in settings.endpoint:
        road = _road(endpoint, settings.site, reports, directory, put)
        looks += road.looks
        for number, (way, sender) in enumerate(zip(_names(endpoint), road.senders, strict=False)):
            name, after = EndpointName(endpoint.name), Seconds(wait + number * _BACKUP_AFTER)
            terms[way] = Terms(name, road.policy, road.writer, after)
            senders[way] = sender
    return Ways(terms, senders, looks)


def _reports(settings: GatewaySettings) -> ReportWriter:
    """Reports link to the incident's page where the school has a console."""
    site = site_part(settings.site)
    if settings.console is None:
        return ReportWriter(site)
    try:
        key = link_key(settings.store.path)
    except OSError as error:
        log.error("reports carry no live link, for its key cannot be kept: %s", error)
        return ReportWriter(site)
    return ReportWriter(site, links_by(key, settings.console).live_url)


def links_by(key: bytes, console: Console) -> Links:
    """Return what makes and checks the school's live links."""
    return Links(key, console.address, Seconds(console.link_hours * 3600.0))


def _names(endpoint: AnyEndpoint) -> Iterator[Way]:
    yield Way(endpoint.name)
    yield Way(f"{endpoint.name}/backup")


def _road(
    endpoint: AnyEndpoint,
    site: SiteSettings,
    reports: ReportWriter,
    directory: Directory,
    put: Callable[[Any], None],
) -> _Road:
    match endpoint:
        case Webhook():
            return _posted(endpoint, endpoint.receipt, reports, directory, put)
        case Eido():
            writer = _eido_writer(endpoint, site)
            return _posted(endpoint, "status", writer, directory, put, eido.MEDIA_TYPE)
        case EidoNotifier():
            caller = Caller(EndpointName(endpoint.name), _door(endpoint), put)
            return _Road("status", _eido_writer(endpoint, site), [caller], [caller.look])


def _posted(
    endpoint: HttpEndpoint,
    policy: Policy,
    writer: Writer,
    directory: Directory,
    put: Callable[[Any], None],
    media: str = "application/json",
) -> _Road:
    files = (endpoint.ca, endpoint.cert, endpoint.key, endpoint.secrets)
    papers = Papers(EndpointName(endpoint.name), *files)
    senders = [Sender(url, papers, directory, put, media) for url in endpoint.urls]
    return _Road(policy, writer, senders, [papers.look])


def _eido_writer(endpoint: Eido | EidoNotifier, site: SiteSettings) -> eido.EidoWriter:
    issuer = eido.Issuer(
        endpoint.agency, endpoint.element, endpoint.agency_types, endpoint.incident_type
    )
    place = Civic(site.name, **(site.address.model_dump() if site.address else {}))
    entity = f"pres:{site.id}@{endpoint.agency}"

    def locate(room: Room, at: Wall) -> str:
        return write_pidf(place, room, entity, at)

    return eido.EidoWriter(issuer, site.name, locate)


def _door(endpoint: EidoNotifier) -> Door:
    parts = urlsplit(endpoint.listen)
    return Door(
        host=parts.hostname or "",
        port=parts.port or 0,
        path=parts.path,
        ca=endpoint.ca,
        cert=endpoint.cert,
        key=endpoint.key,
        agencies=frozenset(endpoint.agencies),
    )


def site_part(site: SiteSettings) -> Mapping[str, Any]:
    """Return what reports say of the school."""
    return {
        "id": site.id,
        "name": site.name,
        "address": site.address.model_dump() if site.address else None,
        "geo": site.geo.model_dump() if site.geo else None,
        "phone": site.phone,
    }
