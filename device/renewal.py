"""Has the unit's certificate renewed while it runs; no connection that stands is touched."""

import logging
from collections.abc import Callable

from device.settings import DeviceSettings
from service.events import CallbackFailed
from service.renewal import Identity, Renewal

log = logging.getLogger(__name__)


def start_renewal(settings: DeviceSettings, renewed: Callable[[], None]) -> None:
    """Look after each certificate in `settings`; `renewed` hears that a link has a new one."""
    files = {(each.ca, each.cert, each.key) for each in settings.gateway}
    identities = [
        Identity(ca, cert, key, renewed) for ca, cert, key in files if ca and cert and key
    ]
    Renewal(settings.authority, identities, _tell).start()


def _tell(failed: CallbackFailed) -> None:
    log.error("%s: %s", failed.where, failed.error)
