"""Parses addresses from settings once, and words each mistake."""

import ipaddress
import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

_PLAIN: Final = re.compile(r"[\w.:%-]+")


def is_loopback(host: str) -> bool:
    """True for an address, or the name `localhost`, that never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_url(url: str, schemes: Collection[str], form: str) -> SplitResult:
    """Return the parts of `url`, whose host and port can be used; raises ValueError.

    `form` shows what it must look like.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(f"give it as {form}") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"give it as {form}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("the port must be a number from 1 to 65535")
    must_be_host(parts.hostname)
    return parts


def must_be_host(host: str) -> None:
    """Raise ValueError for what can be neither the name nor the address of a machine."""
    try:
        usable = bool(_PLAIN.fullmatch(host)) and (":" in host or bool(host.encode("idna")))
        if ":" in host:
            ipaddress.ip_address(host)
    except (ValueError, UnicodeError):
        usable = False
    if not usable:
        raise ValueError("the host is neither a name nor an address")
