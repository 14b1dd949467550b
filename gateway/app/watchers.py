"""The threads that watch identities, and what was refused; nothing waits for them."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.app.authority_refusals import AuthorityRefusals
from gateway.config import told_refusals
from gateway.config.settings import GatewaySettings
from gateway.store.actions import ActionQueue
from gateway.trust.broker.forgery_probe import ForgeryProbe
from gateway.trust.register_copy import copy_of
from gateway.trust.register_follower import RegisterFollower
from service.link import Link
from service.renewal import Identity, Renewal
from wire.ids import SiteId

Watcher = AuthorityRefusals | ForgeryProbe | Renewal | RegisterFollower


def make_watchers(
    settings: GatewaySettings, links: Sequence[Link], put: Callable[[Any], None]
) -> list[Watcher]:
    """Return those that `settings` ask for; `links` lead to its broker, and the other's."""
    trust, mqtt = settings.trust, settings.mqtt
    watchers: list[Watcher] = []
    identities = []
    if mqtt.ca and mqtt.cert and mqtt.key:
        identities = [Identity(mqtt.ca, mqtt.cert, mqtt.key, links[0].renewed)]
        if trust and trust.forgery_probe:
            site = SiteId(settings.site.id)
            probe = ForgeryProbe(site, mqtt.url, mqtt.ca, trust.forgery_probe, put)
            watchers.append(probe)
            identities += [
                Identity(mqtt.ca, trust.forgery_probe / f"{each.name}.crt",
                         trust.forgery_probe / f"{each.name}.key", each.renewed)
                for each in probe.links
            ]  # fmt: skip
    if settings.authority:
        left = settings.authority.public_folder / told_refusals.FILE
        watchers.append(AuthorityRefusals(left, ActionQueue(settings.store.path), put))
    if settings.authority and identities:
        watchers.append(Renewal(settings.authority.renewal, identities, put))
    watchers += _renewal_of_standby(settings, links, put)
    if copy := copy_of(settings):
        watchers.append(RegisterFollower(copy, links[1], put))
    return watchers


def _renewal_of_standby(
    settings: GatewaySettings, links: Sequence[Link], put: Callable[[Any], None]
) -> list[Renewal]:
    standby = settings.standby
    if standby is None or not standby.authority:
        return []
    ca, cert, key = standby.primary.ca, standby.primary.cert, standby.primary.key
    if ca is None or cert is None or key is None:
        return []
    return [Renewal(standby.authority, [Identity(ca, cert, key, links[1].renewed)], put)]
