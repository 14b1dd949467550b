"""The gateway's links: to its own broker and, at the second gateway, to the first one's."""

from collections.abc import Iterator, Sequence

from gateway.app.inbox import Inbox
from gateway.app.ports import LinkPort
from gateway.config.settings import GatewaySettings
from gateway.core.dispatcher import BROKER, OTHER_GATEWAY
from service.polled_link import PolledLink
from service.sealed import SigningLink, signer_with
from wire.ids import SiteId
from wire.topics import all_incidents, all_up


def make_links(settings: GatewaySettings, inbox: Inbox) -> Iterator[PolledLink]:
    """Return the link to our own broker, then the one to the other gateway's, if there is one."""
    site = SiteId(settings.site.id)
    name = f"gateway-{site}"
    yield PolledLink(BROKER, settings.mqtt, name, [all_up(site)], inbox.put, inbox.wake)
    if settings.standby:
        topics, name = [all_incidents(site)], f"standby-{site}"
        yield PolledLink(
            OTHER_GATEWAY, settings.standby.primary, name, topics, inbox.put, inbox.wake
        )


def way_to_first(settings: GatewaySettings, links: Sequence[PolledLink]) -> LinkPort | None:
    """Return how the second gateway tells the first one what it knows; None for the first one."""
    if settings.standby is None:
        return None
    link, key = links[1], settings.standby.primary.key
    return SigningLink(link, signer_with(key)) if key else link
