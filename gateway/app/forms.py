"""Builds the report writer of each kind of endpoint from its settings."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from gateway.app.live_links import RecordedLinks
from gateway.config.endpoints import Cap, Eido, EidoNotifier
from gateway.config.settings import GatewaySettings
from gateway.config.site import SiteSettings
from gateway.console.links import key_file, link_key, links_by
from gateway.core.events import LinkMade
from gateway.core.formats import cap, eido
from gateway.core.formats.pidf import Civic, write_pidf
from gateway.core.formats.report import LiveUrl, no_link
from gateway.core.values import Room
from gateway.receivers.eido.listener import CertificateFiles, ListenerConfig
from gateway.store.group_access import show
from wire.ids import Seconds, Wall

log = logging.getLogger(__name__)


def live_links(settings: GatewaySettings, put: Callable[[LinkMade], None]) -> LiveUrl:
    """Return what links to an incident's page, where the school has a console.

    Puts LinkMade for each link that is new.
    """
    if settings.console is None:
        return no_link
    try:
        key = link_key(settings.store.path)
        show(key_file(settings.store.path))
    except OSError as error:
        log.error("reports carry no live link, for its key cannot be kept: %s", error)
        return no_link
    return RecordedLinks(links_by(key, settings.console), put).live_url


def cap_writer(endpoint: Cap, site: SiteSettings, live_url: LiveUrl) -> cap.CapWriter:
    """CAP 1.2, not yet signed."""
    return cap.CapWriter(
        cap.CapSource(
            endpoint.sender,
            endpoint.addresses,
            site.name,
            _address(site),
            # A point has no radius: all rooms are within the school.
            f"{site.geo.lat:.6f},{site.geo.lon:.6f} 0" if site.geo else "",
            site.phone,
            endpoint.language,
            endpoint.status,
            Seconds(endpoint.expires_minutes * 60.0),
        ),
        live_url,
    )


def eido_writer(
    endpoint: Eido | EidoNotifier, site: SiteSettings, live_url: LiveUrl
) -> eido.EidoWriter:
    """EIDO, each room located by a PIDF-LO."""
    issuer = eido.EidoIssuer(
        endpoint.agency, endpoint.element, endpoint.agency_types, endpoint.incident_type
    )
    place = Civic(site.name, **(site.address.model_dump() if site.address else {}))
    entity = f"pres:{site.id}@{endpoint.agency}"

    def locate(room: Room, at: Wall) -> str:
        return write_pidf(place, room, entity, at)

    return eido.EidoWriter(issuer, site.name, locate, _words_on(site), live_url)


def _address(site: SiteSettings) -> str:
    """The address in one line, as far as it is known."""
    address = site.address
    if address is None:
        return ""
    region = " ".join(filter(None, (address.state, address.postcode)))
    return ", ".join(filter(None, (address.street, address.city, region, address.country)))


def _words_on(site: SiteSettings) -> str:
    """What a form says in words that has no element for it."""
    parts = (
        _address(site),
        f"telephone {site.phone}" if site.phone else "",
        f"at {site.geo.lat:.6f}, {site.geo.lon:.6f}" if site.geo else "",
    )
    return "; ".join(filter(None, (site.name, *parts))) if any(parts) else ""


def listener_config(endpoint: EidoNotifier) -> ListenerConfig:
    """Where agencies connect to subscribe, and which may."""
    parts = urlsplit(endpoint.listen)
    return ListenerConfig(
        host=parts.hostname or "",
        port=parts.port or 0,
        path=parts.path,
        agencies=frozenset(endpoint.agencies),
    )


def listener_files(endpoint: EidoNotifier) -> CertificateFiles:
    """By what we show who we are to agencies, and know them."""
    return CertificateFiles(endpoint.ca, endpoint.cert, endpoint.key)
