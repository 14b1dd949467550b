"""Renews the unit's certificate while it runs; established connections are not touched."""

import logging
from collections.abc import Callable

from device.settings import DeviceSettings
from service.events import CallbackFailed
from service.renewal import Identity, Renewal

log = logging.getLogger(__name__)


def start_renewal(settings: DeviceSettings, renewed: Callable[[], None]) -> None:
    """Renew each certificate in `settings`; `renewed` is called for a link that has a new one."""
    for each in settings.gateway:
        if each.authority and each.ca and each.cert and each.key:
            identity = Identity(each.ca, each.cert, each.key, renewed)
            Renewal(each.authority, [identity], _tell).start()


def _tell(failed: CallbackFailed) -> None:
    log.error("%s: %s", failed.where, failed.error)
