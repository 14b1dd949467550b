"""What watches over who is who while a gateway runs: each a thread that nothing waits for."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.filewatch import FileWatch
from gateway.settings import GatewaySettings
from gateway.trust.canary import Canary
from service.link import Link
from service.renewal import Identity, Renewal
from wire.ids import SiteId


def make_guards(
    settings: GatewaySettings, links: Sequence[Link], put: Callable[[Any], None]
) -> list[FileWatch | Canary | Renewal]:
    """Return those that the settings ask for; `links` lead to its broker, and the other's."""
    trust, mqtt = settings.trust, settings.mqtt
    revoked = trust.revoked if trust else None
    guards: list[FileWatch | Canary | Renewal] = [
        FileWatch([settings.site.rooms, *([revoked] if revoked else [])], put)
    ]
    identities = []
    if mqtt.ca and mqtt.cert and mqtt.key:
        identities = [Identity(mqtt.ca, mqtt.cert, mqtt.key, links[0].renewed)]
        if trust and trust.canaries:
            site = SiteId(settings.site.id)
            canary = Canary(site, mqtt.url, mqtt.ca, trust.canaries, put)
            guards.append(canary)
            identities += [
                Identity(mqtt.ca, trust.canaries / f"{each.name}.crt",
                         trust.canaries / f"{each.name}.key", each.renewed)
                for each in canary.links
            ]  # fmt: skip
    if settings.authority and identities:
        guards.append(Renewal(settings.authority.renewal, identities, put))
    guards += _renewal_of_standby(settings, links, put)
    return guards


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
