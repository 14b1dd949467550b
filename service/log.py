"""One log line per fact, on stderr for journald.  Nothing that a peer sends can break a line."""

import logging
import os
import sys
import time
from typing import Final

from wire.clean import clean

# Longer than any honest line; a traceback is let through whole, for it is ours.
_LONGEST: Final = 2000


class _OneLine(logging.Formatter):
    """Escapes control characters; journald stamps the time itself, a terminal needs it from us."""

    def __init__(self, stamped: bool) -> None:
        head = "%(asctime)s.%(msecs)03dZ " if stamped else ""
        self.converter = time.gmtime
        super().__init__(f"{head}%(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        record.message = clean(record.message, _LONGEST)
        return super().formatMessage(record)


def start_log(level: int = logging.INFO) -> None:
    """Send the whole process's log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(stamped="JOURNAL_STREAM" not in os.environ))
    logging.basicConfig(level=level, handlers=[handler], force=True)
