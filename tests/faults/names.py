"""A name service whose manners a test chooses, for one process alone.

Wants a network of its own, where port 53 is free.
"""

import socket
import struct
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from tests.faults.privileges import require

_TYPE_A: Final = 1
_NO_SUCH_NAME: Final = 0x8183
_ANSWER: Final = 0x8180
# Nobody is at home there who could prove the name.
_FALSE: Final = "127.0.0.66"


def with_names(folder: Path) -> list[str]:
    """Return the words through which a process is started that asks the server on 127.0.0.1."""
    require("unshare", "--mount", "true")
    for name, lines in (
        ("resolv.conf", "nameserver 127.0.0.1\n"),
        ("nsswitch.conf", "hosts: dns\n"),
    ):
        (folder / name).write_text(lines)
    mounts = " && ".join(
        f"mount --bind {folder / name} $(realpath /etc/{name})"
        for name in ("resolv.conf", "nsswitch.conf")
    )
    return ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh"]


class NameServer:
    """Answers for `names` until it is turned `silent`, `denies` them, or `lies`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        self._manner = ""
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))

    def turn(self, manner: str) -> None:
        """Have this manner from now on."""
        self._manner = manner
        self.asked = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                query, peer = self._socket.recvfrom(512)
                self.asked += 1
                if self._manner != "silent":
                    self._socket.sendto(self._answer(query), peer)
            except OSError:
                return  # it was closed

    def _answer(self, query: bytes) -> bytes:
        name, question = _question(query)
        kind = struct.unpack(">H", question[-4:-2])[0]
        known = name in self._names and self._manner != "denies"
        address = _FALSE if self._manner == "lies" else self._names.get(name, "")
        count = int(known and kind == _TYPE_A)
        flags = _ANSWER if known else _NO_SUCH_NAME
        head = query[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0)
        record = struct.pack(">HHHIH", 0xC00C, _TYPE_A, 1, 1, 4) + socket.inet_aton(address or "0")
        return head + question + record * count


def _question(query: bytes) -> tuple[str, bytes]:
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels), query[12 : at + 5]
