"""Messages that were not taken in: each kind is logged once and counted from then on.  Pure."""

import logging
from collections import Counter

from wire.clean import clean

log = logging.getLogger(__name__)


class UnreadMessages:
    """Counts by kind, so that a sender of rubbish fills neither the log nor memory."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, kind: str, reason: str, topic: str) -> None:
        """Count a message of `kind`; its first is logged with its reason and topic."""
        self._counts[kind] += 1
        if self._counts[kind] == 1:
            words = "%s was not taken in, and the next ones are only counted: %s (topic %s)"
            log.warning(words, kind, clean(reason), clean(topic))
