"""The sockets that our HTTP servers listen on, of both families."""

import errno
import socket
from typing import Final

BACKLOG: Final = 512
# An address of one family that also means its partner of the other.
_PARTNERS: Final = {
    "": ("0.0.0.0", "::"),  # noqa: S104
    "0.0.0.0": ("0.0.0.0", "::"),  # noqa: S104
    "::": ("0.0.0.0", "::"),  # noqa: S104
    "127.0.0.1": ("127.0.0.1", "::1"),
    "::1": ("127.0.0.1", "::1"),
    "localhost": ("127.0.0.1", "::1"),
}
_NO_SUCH_FAMILY: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of `host`, on IPv4 and IPv6 where it has both.

    All addresses of the machine and loopback are meant in both families, however they are written.
    Port 0 is any free one, the same for all.  Raises OSError that names the address.
    """
    found: list[socket.socket] = []
    refused: OSError | None = None
    for family, address in _addresses(host, port):
        chosen = found[0].getsockname()[1] if found else port
        try:
            found.append(_listening(family, (address, chosen)))
        except OSError as error:
            refused = OSError(error.errno, f"{address}:{chosen} cannot be listened on: {error}")
            if error.errno not in _NO_SUCH_FAMILY:
                break
    if refused and (not found or refused.errno not in _NO_SUCH_FAMILY):
        for each in found:
            each.close()
        raise refused
    return found


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    names = _PARTNERS.get(host, (host,))
    infos = [
        info
        for name in names
        for info in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        if info[0] in (socket.AF_INET, socket.AF_INET6)
    ]
    return list(dict.fromkeys((family, str(address[0])) for family, *_, address in infos))


def _listening(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    # Named as TCP, or asyncio leaves TCP_NODELAY off and each answer waits 40 ms for an ACK.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made
