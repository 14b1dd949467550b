"""How a unit reaches its gateway: by cable or Wi-Fi, with an address of its own or the network's.

Written in both forms: for cloud-init (netplan, version 2), and as a connection of NetworkManager.
The password of a Wi-Fi stands on no card, only the key that follows from it and the network's name.
"""

import hashlib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

_COUNTRY: Final = re.compile("[A-Z]{2}")
_ROUNDS: Final = 4096  # IEEE 802.11i


class NetworkError(ValueError):
    """A network that a unit could not use; the words say what to give."""


@dataclass(frozen=True, slots=True)
class Wifi:
    """A network that is protected by WPA2; `key` is that of its name and password."""

    name: str
    key: str
    country: str


@dataclass(frozen=True, slots=True)
class CardNetwork:
    """`wifi` or the cable; `address` with its net, or None where the network gives one."""

    wifi: Wifi | None = None
    address: ipaddress.IPv4Interface | None = None
    router: ipaddress.IPv4Address | None = None
    dns: Sequence[ipaddress.IPv4Address] = ()

    def next(self) -> "CardNetwork":
        """Return the same with the next address of the net; raises NetworkError behind its last."""
        if self.address is None:
            return self
        following = self.address.ip + 1
        if not _is_free(following, self.address.network, self.router):
            raise NetworkError(
                f"the net {self.address.network} has no address behind {self.address.ip}"
            )
        text = f"{following}/{self.address.network.prefixlen}"
        return replace(self, address=ipaddress.IPv4Interface(text))

    def netplan(self) -> Mapping[str, Any]:
        """Return it as cloud-init takes it."""
        how: dict[str, Any] = {"dhcp4": self.address is None, "optional": True}
        if self.address:
            how["addresses"] = [str(self.address)]
        if self.router:
            how["routes"] = [{"to": "default", "via": str(self.router)}]
        if self.dns:
            how["nameservers"] = {"addresses": list(map(str, self.dns))}
        if self.wifi is None:
            return {"version": 2, "ethernets": {"eth0": how}}
        how["regulatory-domain"] = self.wifi.country
        how["access-points"] = {self.wifi.name: {"password": self.wifi.key}}
        return {"version": 2, "wifis": {"wlan0": how}}

    def connection(self) -> str:
        """Return it as a file of NetworkManager."""
        kind = "wifi" if self.wifi else "ethernet"
        lines = ["[connection]", "id=tocsin", f"type={kind}", "autoconnect-priority=10"]
        if self.wifi:
            # As numbers, so that no sign in it means anything.
            name = "".join(f"{byte};" for byte in self.wifi.name.encode())
            lines += ["[wifi]", "mode=infrastructure", f"ssid={name}"]
            lines += ["[wifi-security]", "key-mgmt=wpa-psk", f"psk={self.wifi.key}"]
        lines += ["[ipv4]", f"method={'manual' if self.address else 'auto'}"]
        if self.address:
            lines.append(f"address1={self.address}" + (f",{self.router}" if self.router else ""))
        if self.dns:
            lines.append("dns=" + "".join(f"{each};" for each in self.dns))
        return "\n".join([*lines, "[ipv6]", "method=auto", ""])


def wifi_of(name: str, password: str, country: str) -> Wifi:
    """Return the Wi-Fi of that name; raises NetworkError."""
    if not (1 <= len(name.encode()) <= 32 and name.isprintable()):
        raise NetworkError("a Wi-Fi's name has 1 to 32 characters")
    if not (8 <= len(password) <= 63 and password.isascii() and password.isprintable()):
        raise NetworkError("a Wi-Fi's password has 8 to 63 ASCII characters")
    if not _COUNTRY.fullmatch(country):
        raise NetworkError("Wi-Fi needs --country, two capital letters: which channels are allowed")
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), name.encode(), _ROUNDS, 32)
    return Wifi(name, key.hex(), country)


def network_of(
    wifi: Wifi | None, address: str | None, router: str | None, dns: Sequence[str]
) -> CardNetwork:
    """Return the network that a person described; raises NetworkError."""
    if address is None and (router or dns):
        raise NetworkError("--router and --dns go with --address; else the network says them")
    try:
        own = ipaddress.IPv4Interface(address) if address else None
        way = ipaddress.IPv4Address(router) if router else None
        servers = tuple(map(ipaddress.IPv4Address, dns))
    except ValueError as error:
        raise NetworkError(
            f"{error}: write an address as 10.20.0.50/24, others as 10.20.0.1"
        ) from error
    if own and own.network.prefixlen > 30:
        raise NetworkError(f"{address} names no net: write it as 10.20.0.50/24")
    if own and way and way not in own.network:
        raise NetworkError(f"the router {way} is not in the net {own.network}")
    if own and not _is_free(own.ip, own.network, way):
        raise NetworkError(f"{own.ip} is the router's, or the net's own: no unit can have it")
    return CardNetwork(wifi, own, way, servers)


def _is_free(
    address: ipaddress.IPv4Address,
    net: ipaddress.IPv4Network,
    router: ipaddress.IPv4Address | None,
) -> bool:
    """False for the net's first and last address, which no machine may have, and the router's."""
    taken = (net.network_address, net.broadcast_address, router)
    return address in net and address not in taken
