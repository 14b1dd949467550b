"""A camera that does not do what it should: `python -m bench.badcamera MANNER PORT`, on loopback.

`hangs` takes a request and never answers; `pours` sends a picture of a gigabyte, over and over;
`html` sends a page; `dies` hangs up in the middle of a picture.
"""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Final

_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
_PICTURE: Final = b"\xff\xd8\xff\xe0"
_GIGABYTE: Final = 1_000_000_000
_SOME: Final = bytes(1_000_000)
_HALF: Final = 50_000


def _hang(caller: socket.socket) -> None:
    while caller.recv(4096):
        pass


def _pour(caller: socket.socket) -> None:
    caller.sendall(_HEAD % (b"image/jpeg", _GIGABYTE) + _PICTURE)
    for _ in range(_GIGABYTE // len(_SOME)):
        caller.sendall(_SOME)


def _show_a_page(caller: socket.socket) -> None:
    page = b"<html><body>" + bytes(_HALF)
    caller.sendall(_HEAD % (b"text/html", len(page)) + page)


def _die(caller: socket.socket) -> None:
    caller.sendall(_HEAD % (b"image/jpeg", 2 * _HALF) + _PICTURE + bytes(_HALF))


MANNERS: Final[Mapping[str, Callable[[socket.socket], None]]] = {
    "hangs": _hang,
    "pours": _pour,
    "html": _show_a_page,
    "dies": _die,
}


def main() -> None:
    manner, port = MANNERS[sys.argv[1]], int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    while True:
        caller, _ = listener.accept()
        threading.Thread(target=_serve, args=(caller, manner), daemon=True).start()


def _serve(caller: socket.socket, manner: Callable[[socket.socket], None]) -> None:
    with caller, contextlib.suppress(OSError):
        caller.recv(4096)
        manner(caller)


if __name__ == "__main__":
    main()
