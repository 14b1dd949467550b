"""Checks that the broker is closed to forgery, by what it delivers: a genuine message, no forged
one.
"""

from gateway.config.settings import GatewaySettings
from gateway.trust.broker.forgery_probe import ForgeryProbe
from service.doctor.finding import Finding, good, problem
from wire.gateway_troubles import BROKER_FORGERY
from wire.ids import SiteId

_CHECK = "broker closed to forgery"
_CURE = BROKER_FORGERY.cure


def check_forgery(settings: GatewaySettings) -> list[Finding]:
    """Say what the probe found; nothing where there are none.  Takes at most 3 s.

    For that moment its clients take the places of the running gateway's, which come back by
    themselves.
    """
    trust, mqtt = settings.trust, settings.mqtt
    if trust is None or trust.forgery_probe is None or mqtt.ca is None:
        return []
    site = SiteId(settings.site.id)
    try:
        probe = ForgeryProbe(site, mqtt.url, mqtt.ca, trust.forgery_probe, lambda _: None)
    except OSError as error:
        return [problem(_CHECK, f"the files of the forgery probe cannot be used: {error}", _CURE)]
    probe.connect()
    fault = probe.prove()
    probe.stop()
    if fault:
        return [problem(_CHECK, fault, _CURE)]
    return [good(_CHECK, "a message passes, a forged one does not")]
