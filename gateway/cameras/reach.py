"""Which addresses a camera may have.  Whoever may write the settings, or answer for a name, must
not make the camera process knock at this machine's own doors, or at those of its link.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from gateway.cameras.source import CameraError

Reach = Callable[[str], bool]
"""True if an address, as text, is one that a camera may have."""


def anywhere(_address: str) -> bool:
    """True: for a camera that the settings say is on this machine."""
    return True


def elsewhere(address: str) -> bool:
    """True for an address of another machine: not loopback, link-local, multicast or nobody's."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return not (
        found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
    )


def addresses_of(host: str, port: int, reach: Reach) -> list[str]:
    """Return the addresses of `host`; raises OSError, or CameraError if one of them is barred.

    Whoever then connects to the address, and not to the name, is not sent elsewhere by a second
    answer of a resolver.
    """
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(map(reach, found)):
        raise CameraError(
            "its address is this machine's own, or link-local; if it is meant, set allow_local"
        )
    return list(dict.fromkeys(found))
