"""Which of systemd's services a gateway is made of, by its settings."""

from collections.abc import Iterator
from typing import Final

from gateway.config.settings import GatewaySettings

NOTICES: Final = "tocsin-notices"


def services_of(settings: GatewaySettings) -> Iterator[str]:
    """Yield their names, in the order in which they are started."""
    if settings.authority is not None:
        yield "tocsin-broker"
        yield "tocsin-authority"
    yield "tocsin-gateway"
    yield "tocsin-cameras"
    if settings.console is not None:
        yield "tocsin-console"
    if settings.metrics is not None:
        yield "tocsin-monitor"
    if settings.notices is not None:
        yield NOTICES
