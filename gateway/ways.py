"""The ways to every endpoint, built from its settings by its kind.  Knows concrete things.

A new kind is a class in `endpoints.py`, a writer in `formats/`, and a branch of `_road` here.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from gateway.eido.caller import Caller
from gateway.eido.door import Door
from gateway.endpoint import HttpEndpoint
from gateway.endpoints import AnyEndpoint, Cap, Eido, EidoNotifier, SiaDc09, Webhook
from gateway.formats import cap, eido
from gateway.formats.pidf import Civic, write_pidf
from gateway.links import Links, link_key
from gateway.outbox import Terms, Writer
from gateway.papers import Papers
from gateway.ports import CentrePort, SenderPort
from gateway.receipt import Policy
from gateway.report import ReportWriter
from gateway.sender import Sender
from gateway.settings import Console, GatewaySettings
from gateway.settings import Site as SiteSettings
from gateway.transport import Directory
from gateway.work import Condition, Room, Way
from gateway.zones import Zones
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
    """Every way with its terms and its sender; `looks` say how their files stand, `centres` are
    the ways on which troubles are told, too.
    """

    terms: Mapping[Way, Terms]
    senders: Mapping[Way, Starting]
    looks: Sequence[Callable[[], Condition]]
    centres: Sequence[CentrePort] = ()


@dataclass(frozen=True, slots=True)
class _Road:
    """What all ways to one endpoint share."""

    policy: Policy
    writer: Writer
    senders: Sequence[Starting]
    looks: Sequence[Callable[[], Condition]] = ()
    centres: Sequence[CentrePort] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What ways are built of; `folder` is where they may keep what must survive a restart."""

    site: SiteSettings
    folder: Path
    reports: ReportWriter
    zones: Zones
    directory: Directory
    put: Callable[[Any], None]


def hosts_of(settings: GatewaySettings) -> list[str]:
    """Return the host names that reports go to."""
    urls = [url for each in settings.endpoint for url in each.urls]
    urls += [each.answers_url for each in settings.endpoint if isinstance(each, Webhook)]
    return [urlsplit(url).hostname or "" for url in urls if url]


def forgetful(settings: GatewaySettings) -> set[EndpointName]:
    """Return the endpoints that after a start must be told again of all that is open."""
    return {EndpointName(e.name) for e in settings.endpoint if isinstance(e, EidoNotifier)}


def make_ways(
    settings: GatewaySettings, zones: Zones, directory: Directory, put: Callable[[Any], None]
) -> Ways:
    """Build every way; an endpoint's backup waits for its first address, a standby for the other
    gateway.
    """
    wait = settings.standby.after_seconds if settings.standby else 0.0
    folder = settings.store.path.parent
    parts = _Parts(settings.site, folder, _reports(settings), zones, directory, put)
    terms: dict[Way, Terms] = {}
    senders: dict[Way, Starting] = {}
    looks: list[Callable[[], Condition]] = []
    centres: list[CentrePort] = []
    for endpoint in settings.endpoint:
        road = _road(endpoint, parts)
        looks += road.looks
        centres += road.centres
        for number, (way, sender) in enumerate(zip(_names(endpoint), road.senders, strict=False)):
            name, after = EndpointName(endpoint.name), Seconds(wait + number * _BACKUP_AFTER)
            terms[way] = Terms(name, road.policy, road.writer, after)
            senders[way] = sender
    return Ways(terms, senders, looks, centres)


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


def _road(endpoint: AnyEndpoint, parts: _Parts) -> _Road:
    match endpoint:
        case Webhook():
            return _posted(endpoint, endpoint.receipt, parts.reports, parts)
        case Eido():
            documents = _eido_writer(endpoint, parts.site)
            return _posted(endpoint, "status", documents, parts, eido.MEDIA_TYPE)
        case EidoNotifier():
            caller = Caller(EndpointName(endpoint.name), _door(endpoint), parts.put)
            return _Road("status", _eido_writer(endpoint, parts.site), [caller], [caller.look])
        case Cap():
            writer = _cap_writer(endpoint, parts.site)
            return _posted(endpoint, endpoint.receipt, writer, parts, cap.MEDIA_TYPE)
        case SiaDc09():
            return _centres(endpoint, parts)


def _posted(
    endpoint: HttpEndpoint,
    policy: Policy,
    writer: Writer,
    parts: _Parts,
    media: str = "application/json",
) -> _Road:
    files = (endpoint.ca, endpoint.cert, endpoint.key, endpoint.secrets)
    papers = Papers(EndpointName(endpoint.name), *files)
    senders = [Sender(url, papers, parts.directory, parts.put, media) for url in endpoint.urls]
    return _Road(policy, writer, senders, [papers.look])


def _centres(endpoint: SiaDc09, parts: _Parts) -> _Road:
    # With its cipher, 12 MB that a gateway without such an endpoint does not need.
    from gateway.dc09.road import centres, event_writer  # noqa: PLC0415

    writer = event_writer(endpoint, parts.site.name, parts.zones.of)
    found = centres(endpoint, writer, parts.folder, parts.directory, parts.put)
    return _Road("status", writer, found, centres=found)


def _cap_writer(endpoint: Cap, site: SiteSettings) -> Writer:
    address = site.address
    place = f"{address.street}, {address.city}" if address else ""
    writer = cap.CapWriter(
        cap.Source(
            endpoint.sender,
            endpoint.addresses,
            site.name,
            place,
            # A point has no radius: all rooms are within the school.
            f"{site.geo.lat:.6f},{site.geo.lon:.6f} 0" if site.geo else "",
            site.phone,
            endpoint.language,
            endpoint.status,
        )
    )
    if endpoint.sign_key is None or endpoint.sign_cert is None:
        return writer
    # A library that only a gateway that signs has (extra `cap`).
    from gateway.capsignature import SigningWriter  # noqa: PLC0415

    return SigningWriter(writer, endpoint.sign_key, endpoint.sign_cert)


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
