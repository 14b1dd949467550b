"""What a new gateway is to be: names, addresses, folders, and the settings made of them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wire.ids import NAME, SiteId

_SETTINGS: Final = """\
# One school's gateway; made by `tocsin-gateway init`.  Paths are relative to this file.
# Look it over with   tocsin-gateway check --config gateway.toml
# Every other setting stands in config/gateway.toml of the source.

[site]
id = {site}
name = {name}
rooms = "rooms.csv"                   # the register: your rooms, a line for each
# phone = "+1 555 010 0204"           # the front office, for the dispatcher's call back
# [site.address]
# street = "400 Lincoln Avenue"
# city = "Springfield"
# state = "IL"
# postcode = "62701"

[mqtt]
url = "mqtts://127.0.0.1:{broker_port}"
ca = "ca.crt"
cert = "gateway/gateway.crt"
key = "gateway/gateway.key"

[trust]                               # who may speak; see docs/security.md
units = "published/units"             # their certificates
revoked = "revoked"                   # units that may no longer speak
canaries = "gateway"                  # who proves every 10 s that the broker is closed to forgery

[authority]
folder = "authority"                  # its key: back it up, and let nobody else have it
broker = "broker"                     # what the broker runs on
published = "published"
revoked = "revoked"
hosts = {hosts}
port = {authority_port}
broker_port = {broker_port}

[store]
path = {store}

[frames]
folder = {frames}

[people]
path = {people}

[console]
host = "0.0.0.0"
port = {console_port}
cert = "gateway/console.crt"
key = "gateway/console.key"
url = {console_url}

# The only receiver yet is on this machine (`tocsin-police serve`): NOBODY OUTSIDE IS TOLD.
# Put the one that you agreed on with your police in its place; docs/police.md says how.
[[endpoint]]
name = "practice"
url = "http://127.0.0.1:8710/reports"
"""
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?")


class PlanError(Exception):
    """A name or address with which no gateway can be made; whoever asked can mend it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A gateway to be made in `folder`; what it keeps while it runs goes into `state`.

    `hosts` are the names and addresses under which units reach it, the best first; `listen` is the
    one address on which the broker listens, empty for all.
    """

    site: SiteId
    name: str
    hosts: tuple[str, ...]
    folder: Path
    state: Path
    frames: Path = Path("/run/tocsin/frames")
    broker_port: int = 8883
    authority_port: int = 8443
    console_port: int = 8712
    listen: str = ""

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.site):
            raise PlanError(f"{self.site!r} is no site: 3 to 32 of a-z, 0-9 and -")
        if not 1 <= len(self.name) <= 200 or not self.name.isprintable():
            raise PlanError("the school's name must have 1 to 200 letters")
        if not self.hosts or not all(map(_HOST.fullmatch, self.hosts)):
            raise PlanError(
                "give at least one name or address under which units reach this machine"
            )

    @property
    def every_host(self) -> tuple[str, ...]:
        """All that certificates of servers must name: the gateway itself connects by loopback."""
        return tuple(dict.fromkeys((*self.hosts, "127.0.0.1", "localhost")))

    def settings(self) -> str:
        """Return the text of gateway.toml."""
        return _SETTINGS.format(
            site=_quoted(self.site),
            name=_quoted(self.name),
            hosts=_quoted(list(self.hosts)),
            broker_port=self.broker_port,
            authority_port=self.authority_port,
            console_port=self.console_port,
            console_url=_quoted(f"https://{in_url(self.hosts[0])}:{self.console_port}"),
            store=_quoted(str(self.state / "tocsin.db")),
            frames=_quoted(str(self.frames)),
            people=_quoted(str(self.state / "people.db")),
        )


def site_for(name: str) -> SiteId:
    """Return an id for a school of that name: `Lincoln School` is `lincoln-school`."""
    return SiteId(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24].strip("-"))


def in_url(host: str) -> str:
    """Return `host` as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _quoted(value: object) -> str:
    # What JSON quotes, TOML reads the same way; without a control character, which `Plan` refuses.
    return json.dumps(value, ensure_ascii=False)
