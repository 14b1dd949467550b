"""Looks whether the broker is closed to forgery, by what it delivers: a word, and no forged one."""

from gateway.settings import GatewaySettings
from gateway.trust.canary import Canary
from service.doctor.finding import Finding, good, problem
from wire.ids import SiteId

_CHECK = "broker closed to forgery"
_CURE = "run it as tocsin-broker.service, which mends its files; journalctl -u tocsin-broker"


def look_at_forgery(settings: GatewaySettings) -> list[Finding]:
    """Say what the canaries found; nothing where there are none.  Takes at most 3 s.

    For that moment they take the places of the running gateway's, which come back by themselves.
    """
    trust, mqtt = settings.trust, settings.mqtt
    if trust is None or trust.canaries is None or mqtt.ca is None:
        return []
    site = SiteId(settings.site.id)
    try:
        canary = Canary(site, mqtt.url, mqtt.ca, trust.canaries, lambda _: None)
    except OSError as error:
        return [problem(_CHECK, f"the canaries' files cannot be used: {error}", _CURE)]
    canary.connect()
    fault = canary.prove()
    canary.stop()
    if fault:
        return [problem(_CHECK, fault, _CURE)]
    return [good(_CHECK, "a message passes, a forged one does not")]
