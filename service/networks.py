"""Which network an address belongs to, as far as one peer may have all of it."""

from ipaddress import IPv6Address, ip_address, ip_network


def key_of_address(address: str) -> str:
    """Return what guesses from `address` are counted under: itself, or its /64 if it is of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
