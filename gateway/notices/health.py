"""What the process that tells people says of itself to the gateway: in one small file.

The gateway judges it as the word of a stranger, for that process talks to servers of others; a
database of its making is nothing that the process of alerts should open.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.core.events import HealthStatus
from service.files import open_to_read, write_whole
from wire.clean import clean
from wire.ids import Monotonic, Seconds
from wire.process_troubles import NOTICES

_EVERY: Final = Seconds(60.0)
# Three are missing, or the process has not come up so long after the gateway.
_LASTS: Final = Seconds(200.0)
_MOST_BYTES: Final = 10_000
_MOST_NAMED: Final = 10
_READABLE: Final = 0o640


def health_file(record: Path) -> Path:
    """Return where it is, beside the record."""
    return record.with_name("health.json")


class Health:
    """Writes it: when it changes, and every minute."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said: Mapping[str, str] | None = None
        self._next = Monotonic(0.0)

    def say(self, unreached: Mapping[str, str], now: Monotonic) -> None:
        """Say that we live, and who could not be reached, with why; raises OSError."""
        if unreached == self._said and now < self._next:
            return
        text = json.dumps({"at": now, "unreached": dict(unreached)})
        write_whole(self._path, text.encode(), _READABLE)
        self._said, self._next = dict(unreached), Monotonic(now + _EVERY)


class HealthOfNotices:
    """Reads it, for the gateway; `began` is when this process did."""

    def __init__(self, path: Path, began: Monotonic) -> None:
        self._path = path
        self._began = began

    def check(self) -> HealthStatus:
        """Return whether people can be told."""
        now = Monotonic(time.monotonic())
        return HealthStatus(NOTICES.name(), self._fault(now))

    def _fault(self, now: Monotonic) -> str | None:
        fault = fault_of(self._path, now)
        is_young = now - self._began < _LASTS
        return None if is_young and fault in (_NEVER, _DEAD) else fault


_NEVER: Final = "the process that tells people has not said yet that it runs"
_DEAD: Final = "the process that tells people gives no sign of life"


def fault_of(path: Path, now: Monotonic) -> str | None:
    """Return why people cannot be told, by the file at `path`; None if nothing is wrong."""
    try:
        with open_to_read(path) as file:
            found = json.loads(file.read(_MOST_BYTES + 1)[:_MOST_BYTES])
        at, unreached = float(found["at"]), found["unreached"]
        words = [f"{name}: {why}" for name, why in unreached.items()]
    except FileNotFoundError:
        return _NEVER
    except OSError as error:
        return f"its file cannot be read: {error.strerror}"
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return "its file says nothing that can be read"
    if not 0 <= now - at < _LASTS:
        return _DEAD
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return "; ".join(clean(each) for each in words[:_MOST_NAMED]) + more if words else None
