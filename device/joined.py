"""Which gateways a unit has joined, by its settings, also when files that they name are gone.

A unit has two gateways at most, and three places for their files, so that one is always free: a
join fills that one, and the settings, which are written last and whole, make it count.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from service.files import remove
from service.identity import Certificate, read_certificate
from service.joining import AUTHORITY, FILES, JoinError
from service.settings import SettingsError, read_file

PLACES: Final = ("", "second", "third")
"""Folders beside the settings, the first of which is their own."""
_MOST: Final = 2
_TABLE: Final = re.compile(r"(?ms)^\[\[gateway\]\].*?(?=^\[|\Z)")


class JoinedGateway(NamedTuple):
    """One [[gateway]] of the settings; `place` is one of PLACES, None for files elsewhere."""

    place: str | None
    url: str
    authority: str

    def __str__(self) -> str:
        """Which gateway it is."""
        return self.authority or self.url


class Joined(NamedTuple):
    """What the settings at `path` say; `text` is all of it."""

    path: Path
    text: str
    site: str
    unit: str
    gateways: Sequence[JoinedGateway]

    def of(self, authority: Certificate, url: str) -> JoinedGateway | None:
        """Return the gateway with that authority, or else the one at that address."""
        key = authority.public_key()
        signed = [each for each in self.gateways if _key_at(self.path, each) == key]
        there = [each for each in self.gateways if each.authority.rstrip("/") == url]
        return next(iter([*signed, *there]), None)

    def free_place(self) -> str:
        """Return a place that the settings do not name."""
        named = {each.place for each in self.gateways}
        return next(place for place in PLACES if place not in named)

    def must_have_room(self) -> None:
        """Raise JoinError unless another gateway may be joined."""
        known = dict.fromkeys(map(str, self.gateways))
        if len(known) >= _MOST:
            raise JoinError(
                f"this unit has joined two gateways already, {' and '.join(known)}; if one of them"
                f" is gone for good, take its [[gateway]] out of {self.path}, then again"
            )

    def without(self, *gone: JoinedGateway) -> str:
        """Return the text without the tables of these gateways."""
        text = self.text
        for each, table in zip(self.gateways, _TABLE.findall(text), strict=True):
            if str(each) in map(str, gone):
                text = text.replace(table, "", 1)
        return text.rstrip() + "\n"


def read_joined(path: Path) -> Joined | None:
    """Read the settings at `path`, None if there are none; raises JoinError."""
    if not path.exists():
        return None
    try:
        text = read_file(path).text
        told: Mapping[str, Any] = tomllib.loads(text)
        gateways = [_gateway(each, path.parent) for each in told["gateway"]]
        if len(_TABLE.findall(text)) != len(gateways):
            raise ValueError("the gateways are not written as [[gateway]] tables")
        return Joined(path, text, str(told["site"]), str(told["unit"]), gateways)
    except (SettingsError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise JoinError(
            f"{path} cannot be understood ({error}), so nothing was asked: mend it, or move it away"
            " to join as a new unit"
        ) from error


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return the text with other values before its first table; comments and all else are kept."""
    head, table, rest = text.partition("\n[")
    for name, value in values.items():
        line = rf"(?m)^({name}\s*=\s*)(?:\"[^\"\n]*\"|'[^'\n]*')"
        head = re.sub(line, partial(_set, json.dumps(value)), head)
    return head + table + rest


def _set(value: str, line: re.Match[str]) -> str:
    return line[1] + value


def forget_places(folder: Path, named: Sequence[str]) -> None:
    """Remove keys and certificates from all places but those that the settings name."""
    for place in PLACES:
        if place not in named:
            for file in FILES:
                remove(folder / place / file)


def _gateway(table: Mapping[str, Any], folder: Path) -> JoinedGateway:
    parent = (folder / str(table.get("cert", "elsewhere/cert"))).resolve().parent
    places = {(folder / place).resolve(): place for place in PLACES}
    return JoinedGateway(places.get(parent), str(table["url"]), str(table.get("authority", "")))


def _key_at(path: Path, gateway: JoinedGateway) -> object:
    if gateway.place is None:
        return None
    try:
        return read_certificate(path.parent / gateway.place / AUTHORITY).public_key()
    except (OSError, ValueError):
        return None
