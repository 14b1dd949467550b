"""The command `sdcard`: writes what makes a fresh Raspberry Pi OS card into the unit of a room."""

import argparse
import getpass
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateway.config.settings import IdentitySettings
from gateway.trust.ca.enrolment import EnrolmentError
from gateway.trust.card.card import FOLDER, KERNEL, Card, files_of
from gateway.trust.card.network import CardNetwork, network_of, wifi_of
from gateway.trust.card.package import UnitPackage, read_package
from gateway.trust.card.sheet import sheet
from gateway.trust.commands import first_gateway
from gateway.trust.enroller import FOR_A_WALK, Enroller
from gateway.trust.labels import Label, until_in_words
from service import exits
from wire.ids import RoomId

_OWN: Final = 0o600
_PRIVATE: Final = 0o700
_SHEET: Final = "cards.html"
_KERNEL_LINE: Final = "cmdline.txt"
# A card that is written again has our `user-data`, with or without a cloud-init that reads it.
_BY_KERNEL_LINE: Final = "by-cmdline"


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Write the card of one room, or those of all units that are not there yet."""
    try:
        network, packages = _network(options), [read_package(each) for each in options.package]
        labels = _labels(Enroller(settings, first_gateway(options.config)), options)
        cards = _cards(labels, network, packages)
        for card in cards:
            _write(options.to / card.label.unit if options.all else options.to, card)
        if options.all and cards:
            _put(options.to / _SHEET, sheet(cards).encode())
    except (EnrolmentError, OSError, ValueError, sqlite3.Error) as error:
        print(f"no card was written whole: {error}", file=sys.stderr)
        return exits.PROBLEM
    _tell(options, cards)
    return exits.GOOD


def _network(options: argparse.Namespace) -> CardNetwork:
    wifi = None
    if options.wifi is not None:
        wifi = wifi_of(options.wifi, _password(options.wifi), options.country or "")
    return network_of(wifi, options.address, options.router, options.dns)


def _password(name: str) -> str:
    """Return what is typed, or the first line of standard input: never an argument."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of the Wi-Fi {name}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _labels(enroller: Enroller, options: argparse.Namespace) -> Sequence[Label]:
    if options.all:
        return enroller.all()
    if not options.room:
        raise EnrolmentError("say which room, or --all")
    return [enroller.one(RoomId(options.room), FOR_A_WALK)]


def _cards(
    labels: Sequence[Label], network: CardNetwork, packages: Sequence[UnitPackage]
) -> list[Card]:
    cards: list[Card] = []
    for label in labels:
        network = network.next() if cards else network
        cards.append(Card(label, network, packages))
    return cards


def _write(folder: Path, card: Card) -> None:
    """Write one card's files, for root alone; onto the partition itself where it is the folder."""
    mark = folder / FOLDER / _BY_KERNEL_LINE
    has_cloud_init = (folder / "user-data").exists() and not mark.exists()
    for name, content in files_of(card).items():
        _put(folder / name, content)
    line = folder / _KERNEL_LINE
    if line.exists() and not has_cloud_init:
        text = line.read_text("utf-8").rstrip("\n")
        if KERNEL not in text:
            _put(mark, b"")
            _put(line, f"{text}{KERNEL}\n".encode())


def _put(path: Path, content: bytes) -> None:
    """Put a file there at once.  A card's partition has no modes, and refuses a change of one."""
    path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    new.replace(path)


def _tell(options: argparse.Namespace, cards: Sequence[Card]) -> None:
    if not cards:
        print("every unit has joined already; there is no card to write")
        return
    for card in cards:
        print(f"room {card.label.room}, unit {card.label.unit}")
    until = until_in_words(cards[0].label.until)
    print(f"\n{options.to}: good {until}, each once.  A secret until the first boot.")
    if options.all:
        print(f"the sheet to print: {options.to / _SHEET}")
    print(f"next: README.txt in the folder of the card, beside {FOLDER}/")
