"""Which files make a fresh card the unit of a room.  Pure.

What differs from card to card are values in files of their own; what runs is the same on all of
them, so no name and no password is ever a part of a program.  YAML is written as JSON, which it is.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final, NamedTuple

from gateway.trust.card.network import CardNetwork
from gateway.trust.card.package import UnitPackage
from gateway.trust.labels import Label, until_in_words

FOLDER: Final = "tocsin"
KERNEL: Final = (
    " systemd.run=/boot/firmware/firstrun.sh systemd.run_success_action=reboot"
    " systemd.unit=kernel-command-line.target"
)
"""What cmdline.txt must end with where there is no cloud-init."""
_HERE: Final = f"/boot/firmware/{FOLDER}"
_WARNING: Final = (
    "# This card is a secret until its first boot: it lets one unit into the school.\n"
)
# JSON has these as they are; YAML refuses them.
_UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_README: Final = """\
Unit {unit}, room {room}.  Good {until}, once.

This card is a secret until its first boot: it lets one unit into the school.

1. Write Raspberry Pi OS Lite (64-bit, Bookworm or Trixie) onto a card, without any settings of the
   program that writes it.
2. Copy all that lies here onto the partition `bootfs`.
3. Only if there was no file `user-data` on it before (Bookworm): put this at the end of the one
   line of its cmdline.txt, with the blank before it:

{kernel}

4. Put the card into the Pi of room {room}, with its network, and switch it on.  Some minutes later
   it has joined; on the gateway `tocsin-gateway units --config /etc/tocsin/gateway.toml` shows it.
"""


class Card(NamedTuple):
    """One unit that is to be: how it joins, its network, and its program for each Debian."""

    label: Label
    network: CardNetwork
    packages: Sequence[UnitPackage]


def files_of(card: Card) -> Mapping[str, bytes]:
    """Return each file's name, below the card's first partition, and what it holds."""
    label = card.label
    own = {
        "unit": f"{label.unit}\n",
        "url": f"{label.url}\n",
        "code": f"{label.code}\n",
        "until": f"{int(label.until)}\n",
        "country": f"{card.network.wifi.country}\n" if card.network.wifi else "",
        "network.nmconnection": card.network.connection(),
        "first-boot.sh": _program("first-boot.sh"),
        "tocsin-first-boot.service": _program("tocsin-first-boot.service"),
    }
    inside = {name: text.encode() for name, text in own.items()}
    inside |= {each.name: each.content for each in card.packages}
    inside["SHA256SUMS"] = _sums(inside)
    until = until_in_words(label.until)
    outside = {
        "user-data": f"#cloud-config\n{_WARNING}{_yaml(_user_data(card))}",
        "meta-data": f"{_WARNING}{_yaml(_meta_data(card))}",
        "network-config": f"{_WARNING}{_yaml(card.network.netplan())}",
        "firstrun.sh": _program("firstrun.sh"),
        "README.txt": _README.format(unit=label.unit, room=label.room, until=until, kernel=KERNEL),
    }
    named = {name: text.encode() for name, text in outside.items()}
    return named | {f"{FOLDER}/{name}": content for name, content in inside.items()}


def _user_data(card: Card) -> Mapping[str, Any]:
    return {
        "hostname": card.label.unit,
        "manage_etc_hosts": True,
        "ssh_pwauth": False,
        "package_update": False,
        "package_upgrade": False,
        "runcmd": [
            ["sh", f"{_HERE}/first-boot.sh", "prepare"],
            ["swapoff", "--all"],
            ["systemctl", "daemon-reload"],
            ["systemctl", "restart", "systemd-journald.service"],
            ["systemctl", "start", "--no-block", "tocsin-first-boot.service"],
        ],
    }


def _meta_data(card: Card) -> Mapping[str, str]:
    """Another card is another instance, so that cloud-init begins anew with it."""
    unit = card.label.unit
    return {"instance-id": f"tocsin-{unit}-{int(card.label.until)}", "local-hostname": unit}


def _yaml(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n"


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _program(name: str) -> str:
    return resources.files("gateway.trust.card").joinpath(name).read_text("utf-8")
