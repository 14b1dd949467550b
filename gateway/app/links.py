"""The gateway's links: to its own broker and, at the second gateway, to the first one's."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gateway.app.inbox import Inbox
from gateway.app.ports import LinkPort, Startable
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


def watchers_of(
    settings: GatewaySettings, links: Sequence[PolledLink], put: Callable[[Any], None]
) -> Sequence[Startable]:
    """Return what watches over the links' identities; nothing without any."""
    if settings.mqtt.cert is None and settings.standby is None:
        return ()
    # With `cryptography`, 9 MB that a gateway without identities does not need.
    from gateway.app.watchers import make_watchers  # noqa: PLC0415

    return make_watchers(settings, links, put)
