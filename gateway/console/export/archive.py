"""The ZIP under way: each file is written as it comes, and hashed.

Names in it are made here: whatever an endpoint or camera is called, none leads out of the folder in
which the ZIP is unpacked, and none hides another.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

SUMS: Final = "SHA256SUMS"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]")
_LONGEST: Final = 60
# A JPEG is small already.
_STORED: Final = (".jpg",)
_PRIVATE: Final = 0o100600 << 16


class Archive:
    """A ZIP that is written to `out`; `close` writes the hashes of all that is in it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = ZipFile(out, "w")
        self._sums: list[str] = []

    def put(self, name: str, content: Iterable[bytes]) -> None:
        """Write a file, piece by piece; `name` is of parts that `part` made, and of our own."""
        digest = hashlib.sha256()
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            for piece in content:
                digest.update(piece)
                file.write(piece)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def close(self) -> None:
        """Write the hashes, and end."""
        self._zip.writestr(_entry(SUMS), "".join(self._sums))
        self._zip.close()


def part(text: str) -> str:
    """Return `text` as a part of a file's name."""
    return _UNSAFE.sub("-", text)[:_LONGEST].lstrip(".") or "-"


def _entry(name: str) -> zipfile.ZipInfo:
    # Without a date of its own: a gateway's clock may stand in 1970, which no ZIP can say.
    entry = ZipInfo(name)
    entry.compress_type = ZIP_STORED if name.endswith(_STORED) else ZIP_DEFLATED
    entry.external_attr = _PRIVATE
    return entry
