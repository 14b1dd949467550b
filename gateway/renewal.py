"""Files that are renewed while a gateway runs: noticed, read anew, and told if they are no good.

They are read at the start and then only by `look`, in the thread of upkeep, so that no disk can
hold a report up.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.work import Condition
from wire.clean import clean
from wire.ids import EndpointName

log = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class Renewal:
    """The files of one endpoint; `read` takes them up, or raises OSError or ValueError and leaves
    all as it was.  It is called once at the start, and what it raises then is raised.
    """

    def __init__(
        self, endpoint: EndpointName, files: Sequence[Path], read: Callable[[], None]
    ) -> None:
        self._name = f"papers-{endpoint}"
        self._files = files
        self._read = read
        self._stamp = self._now()
        read()

    def look(self) -> Condition:
        """Take up files that have changed; say so if they cannot be used."""
        try:
            stamp = self._now()
            if stamp != self._stamp:
                self._read()
                self._stamp = stamp
                log.info("%s: taken up anew", self._name)
        except (OSError, ValueError) as error:
            words = f"its new files cannot be used, the old ones still are: {clean(str(error))}"
            return Condition(self._name, words)
        return Condition(self._name, None)

    def _now(self) -> _Stamp:
        found = [file.stat() for file in self._files]
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)
