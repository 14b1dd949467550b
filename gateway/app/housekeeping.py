"""Checks periodically what degrades by itself: certificates, endpoints' files and the clock.

A thread that puts a HealthStatus for each; the alert path neither waits for it nor needs it.
"""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from gateway.config.settings import GatewaySettings
from gateway.core.events import HealthStatus
from service.certificate_dates import end_of
from service.clock import believable, kernel_is_synchronised
from service.events import CallbackFailed
from service.guard import guarded
from service.periodic import Periodic
from wire.gateway_troubles import CERTIFICATE, CLOCK
from wire.ids import Seconds, Wall
from wire.supervision_troubles import UNIT_CERTIFICATES_ENDING

log = logging.getLogger(__name__)

# A person must hear of it within 60 s: docs/decisions/limits.md.
_EVERY: Final = Seconds(30.0)
# It reads small files: a disk that takes longer hangs.
_PATIENCE: Final = Seconds(20.0)
# A school is closed for weeks on end: warn before a long holiday, not within it.
_WARN_DAYS: Final = 30.0
_DAY: Final = 86400.0
_MOST_NAMED: Final = 20


class HealthChecks:
    """Checks the certificates in `files` and the clock, and runs `checks`; puts a HealthStatus for
    each, even when others fail.
    """

    def __init__(
        self,
        files: Sequence[Path],
        checks: Sequence[Callable[[], HealthStatus]],
        put: Callable[[HealthStatus | CallbackFailed], None],
    ) -> None:
        self._files = files
        self._checks = [guarded(partial(self._put_status, check), put) for check in checks]
        self._put = put
        self._periodic = Periodic("housekeeping", _EVERY, self._check_all, put, patience=_PATIENCE)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def _check_all(self) -> None:
        for condition in conditions(self._files, Wall(time.time()), kernel_is_synchronised()):
            self._put(condition)
        for check in self._checks:
            check()

    def _put_status(self, check: Callable[[], HealthStatus]) -> None:
        self._put(check())


def conditions(files: Sequence[Path], now: Wall, synchronised: bool) -> list[HealthStatus]:
    """Return how clock and certificates stand at `now`."""
    clock = None if believable(now, synchronised) else "no time service has set the gateway's clock"
    return [
        HealthStatus(CLOCK.name(), clock),
        *(HealthStatus(CERTIFICATE.name(str(file)), _fault(file, now)) for file in files),
    ]


def units_ending(folder: Path, now: Wall) -> HealthStatus:
    """Return which units' certificates, `<unit>.crt` in `folder`, end soon or have ended."""
    ending = [file.stem for file in sorted(folder.glob("*.crt")) if _ends_soon(file, now)]
    more = f" and {len(ending) - _MOST_NAMED} more" if len(ending) > _MOST_NAMED else ""
    words = f"expired, or will within 30 days: {', '.join(ending[:_MOST_NAMED])}{more}"
    return HealthStatus(UNIT_CERTIFICATES_ENDING.name(), words if ending else None)


def _ends_soon(file: Path, now: Wall) -> bool:
    try:
        return (end_of(file) - now) / _DAY < _WARN_DAYS
    except (OSError, ValueError):
        return False  # reported by the keyring


def _fault(file: Path, now: Wall) -> str | None:
    try:
        ends = end_of(file)
    except (OSError, ValueError) as error:
        return f"{file} cannot be read: {error}"
    days = (ends - now) / _DAY
    if days >= _WARN_DAYS:
        return None
    # By the day, so that the trouble is told again only when the number changes.
    return f"{file} {'has expired' if days < 0 else f'expires in {int(days)} days'}"


def certificates_of(settings: GatewaySettings) -> list[Path]:
    """Return ours, and those of the authorities that we trust."""
    brokers: list[Any] = [settings.mqtt]
    if settings.standby:
        brokers.append(settings.standby.primary)
    files = [file for broker in brokers for file in (broker.ca, broker.cert)]
    files += [file for each in settings.endpoint for file in (each.ca, each.cert)]
    return list(dict.fromkeys(file for file in files if file))
