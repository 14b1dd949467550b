"""Has the broker started again for units that joined since: its plugin reads the list only then.

Not at once: a school whose units are put up one after the other would lose its broker for a second
with each.
"""

import logging
import time
from typing import Final

from gateway.trust.broker.process import BrokerProcess
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

QUIET: Final = Seconds(600.0)


class Unlisted:
    """How long a list that the broker did not start with has stood unchanged.  Pure."""

    def __init__(self) -> None:
        self._wanted = ""
        self._since = Monotonic(0.0)

    def is_due(self, wanted: str, used: str, now: Monotonic) -> bool:
        """True if `wanted` has differed from what is `used` for QUIET without a change."""
        if wanted == used or wanted != self._wanted:
            self._wanted, self._since = wanted, now
        return wanted != used and now - self._since >= QUIET


class SubscriptionSync:
    """Ends the broker of `process` when its list is behind; its supervisor starts it again."""

    def __init__(self, process: BrokerProcess) -> None:
        self._process = process
        self._unlisted = Unlisted()

    def check(self) -> None:
        """Compare; called once in a while.  Raises OSError."""
        used = self._process.started_with
        if used is None:
            return
        if self._unlisted.is_due(self._process.wanted(), used, Monotonic(time.monotonic())):
            log.info("units have joined or left: the broker is started again to know them")
            self._process.end()
