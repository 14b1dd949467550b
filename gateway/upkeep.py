"""What wears out while nothing happens: certificates, the files of endpoints and the clock.  A
thread that looks now and then and puts what it saw; the alert path neither waits for it nor needs
it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.work import Condition
from service.clock import believable, kernel_is_synchronised
from service.events import CallbackFailed
from service.guard import guarded
from wire.ids import Wall

log = logging.getLogger(__name__)

# DESIGN's seventh invariant: told to a person within 60 s.
_EVERY_S: Final = 30.0
# A school is closed for weeks on end: warn before a long holiday, not within it.
_WARN_DAYS: Final = 30.0
_DAY: Final = 86400.0


class Upkeep:
    """Looks at the certificates in `files`, at the clock, and at whatever each of `looks` looks
    at; puts a Condition for each.
    """

    def __init__(
        self,
        files: Sequence[Path],
        looks: Sequence[Callable[[], Condition]],
        put: Callable[[Condition | CallbackFailed], None],
    ) -> None:
        self._files = files
        self._looks = looks
        self._put = put
        self._pause = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="upkeep", daemon=True).start()

    def _run(self) -> None:
        look_around = guarded(self._look_around, self._put)
        while True:
            look_around()
            self._pause.wait(_EVERY_S)

    def _look_around(self) -> None:
        for condition in conditions(self._files, Wall(time.time()), kernel_is_synchronised()):
            self._put(condition)
        for look in self._looks:
            self._put(look())


def conditions(files: Sequence[Path], now: Wall, synchronised: bool) -> list[Condition]:
    """Return how clock and certificates stand at `now`."""
    clock = None if believable(now, synchronised) else "no time service has set this clock"
    return [
        Condition("clock", clock),
        *(Condition(f"certificate-{file.name}", _fault(file, now)) for file in files),
    ]


def _fault(file: Path, now: Wall) -> str | None:
    try:
        ends = _end_of(file)
    except (OSError, ValueError) as error:
        return f"{file} cannot be read: {error}"
    days = (ends.timestamp() - now) / _DAY
    if days >= _WARN_DAYS:
        return None
    # By the day, so that the trouble is told again only when the number changes.
    return f"{file} {'has ended' if days < 0 else f'ends in {int(days)} days'}"


def _end_of(file: Path) -> datetime:
    # 12 MB that a gateway without TLS does not need.
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    return load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc.replace(tzinfo=UTC)
