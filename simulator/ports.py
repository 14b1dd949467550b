"""Where a simulated school listens: on the same ports at each start, as long as they are free."""

import socket
from dataclasses import dataclass
from typing import Final

from service.listening import listen
from simulator.broker import free_port

_POLICE: Final = 8910
_PAGE: Final = 8911
_CONSOLE: Final = 8912
_BROKER: Final = 8913


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one run, all on loopback."""

    broker: int
    police: int
    page: int
    console: int


def open_ports() -> tuple[list[socket.socket], Ports]:
    """Return the page's sockets, and all ports of this run; raises OSError if there is none.

    Who has the usual port of the page has the others, too: two schools that start at once
    never take the same.
    """
    try:
        sockets = listen("127.0.0.1", _PAGE)
    except OSError:
        sockets = listen("127.0.0.1", 0)
        page = sockets[0].getsockname()[1]
        return sockets, Ports(free_port(), free_port(), page, free_port())
    return sockets, Ports(_usual(_BROKER), _usual(_POLICE), _PAGE, _usual(_CONSOLE))


def _usual(port: int) -> int:
    try:
        for each in listen("127.0.0.1", port):
            each.close()
    except OSError:
        return free_port()
    return port
