"""Which addresses a camera may have.

Neither a person who may write the settings nor a name server must be able to make the camera
process connect to this machine's own services, or to link-local ones.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from gateway.cameras.sources.source import CameraError

AddressPolicy = Callable[[str], bool]
"""True if an address, as text, is one that a camera may have."""


def any_address(_address: str) -> bool:
    """True: for a camera that the settings say is on this machine."""
    return True


def other_machines(address: str) -> bool:
    """True for an address of another machine: not loopback, link-local, multicast, nobody's, or
    that of an interface of this one.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return not (
        found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or _is_ours(found)
    )


def allowed_addresses(host: str, port: int, policy: AddressPolicy) -> list[str]:
    """Return the addresses of `host`; raises OSError, or CameraError if one of them is barred.

    A caller that then connects to the address, and not to the name, is not sent elsewhere by a
    second answer of a resolver.
    """
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(map(policy, found)):
        raise CameraError(
            "the camera's address is this machine's own, or link-local;"
            " if that is meant, set allow_local"
        )
    return list(dict.fromkeys(found))


def _is_ours(address: IPv4Address | IPv6Address) -> bool:
    """True if an interface of this machine has it: only there the kernel lets a socket be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
