"""What the authority refused, as it leaves it for the gateway's books: a file of the newest ones.

The authority may write nothing of the gateway's, and the gateway reads this as a stranger's word.
"""

import json
import threading
import uuid
from pathlib import Path
from typing import Final, NamedTuple

from service.files import open_to_read, write_whole
from wire.clean import clean
from wire.errors import WireError
from wire.ids import UUID

FILE: Final = "refused.json"
"""In the authority's public folder."""
# Of a minute 50 are told one by one (service/login/refusals.py).
_MOST: Final = 100
_LONGEST: Final = 400
_LARGEST: Final = 200_000
_MODE: Final = 0o644


class ToldRefusal(NamedTuple):
    """`by` was refused something, in words; `id` is its own."""

    id: str
    by: str
    words: str


class RefusalsLeft:
    """The authority's side: puts each into the file at `path`.  Any thread may put."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def put(self, by: str, words: str) -> None:
        """Leave one, on the disk, in the place of the oldest; raises OSError."""
        told = ToldRefusal(str(uuid.uuid4()), clean(by, _LONGEST), clean(words, _LONGEST))
        with self._lock:
            kept = [*self._kept(), told][-_MOST:]
            write_whole(self._path, json.dumps(kept).encode(), _MODE)

    def _kept(self) -> list[ToldRefusal]:
        try:
            return read_refusals(self._path)
        except (FileNotFoundError, WireError):
            return []


def read_refusals(path: Path) -> list[ToldRefusal]:
    """Return what lies at `path`, the oldest first; raises OSError, and WireError for what no
    authority writes.
    """
    with open_to_read(path) as file:
        content = file.read(_LARGEST + 1)
    try:
        found = json.loads(content) if len(content) <= _LARGEST else None
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(found, list) or len(found) > _MOST:
        raise WireError("no list of refusals, or too many")
    return [_read(each) for each in found]


def _read(found: object) -> ToldRefusal:
    match found:
        case [str(name), str(by), str(words)] if UUID.fullmatch(name):
            return ToldRefusal(name, clean(by, _LONGEST), clean(words, _LONGEST))
    raise WireError("no refusal")
