"""The plan of a new gateway: names, addresses, folders, and the settings made of them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wire.ids import NAME, SiteId

_SETTINGS: Final = """\
# One school's gateway; made by `tocsin-gateway init`.  Paths are relative to this file.
# Look it over with   tocsin-gateway check --config gateway.toml
# Every other setting stands in /usr/share/doc/tocsin-gateway/examples/gateway.toml

[site]
id = {site}
name = {name}
rooms = "register/rooms.csv"          # the register: your rooms, a line for each
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

[trust]                               # identities; see docs/security.md
unit_certificates = "published/units" # their certificates
revoked = "revoked"                   # the revoked units, a name on each line
forgery_probe = "gateway"             # two identities that probe the broker every 10 s

[authority]
folder = "authority"                  # its key: back it up, and let nobody else have it
broker = "broker"                     # what the broker runs on
public_folder = "published"
revoked = "revoked"
hosts = {hosts}
port = {authority_port}
broker_port = {broker_port}

[store]
path = {store}

[frames]
directory = {frames}

[accounts]
path = {accounts}

[console]
host = "0.0.0.0"
port = {console_port}
cert = "console/console.crt"
key = "console/console.key"
url = {console_url}

# The only receiver yet is on this machine: NOBODY OUTSIDE IS TOLD.
# Put the one that you agreed on with your police in its place; docs/police.md says how.
[[endpoint]]
name = "practice"
url = "http://127.0.0.1:8710/reports"
"""
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?")


class PlanError(Exception):
    """A name or address with which no gateway can be made; the person who asked can mend it."""


@dataclass(frozen=True, slots=True)
class BootstrapPlan:
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
            raise PlanError(f"invalid site id {self.site!r}: use 3 to 32 of a-z, 0-9 and -")
        if not 1 <= len(self.name) <= 200 or not self.name.isprintable():
            raise PlanError("the school's name must have 1 to 200 letters")
        must_be_hosts(self.hosts)

    @property
    def every_host(self) -> tuple[str, ...]:
        """All that certificates of servers must name: the gateway itself connects by loopback."""
        return every_host(self.hosts)

    @property
    def console(self) -> str:
        """Where people open the school's console."""
        return f"https://{in_url(self.hosts[0])}:{self.console_port}"

    def settings(self) -> str:
        """Return the text of gateway.toml."""
        return _SETTINGS.format(
            site=_quoted(self.site),
            name=_quoted(self.name),
            hosts=_quoted(list(self.hosts)),
            broker_port=self.broker_port,
            authority_port=self.authority_port,
            console_port=self.console_port,
            console_url=_quoted(self.console),
            store=_quoted(str(self.state.absolute() / "tocsin.db")),
            frames=_quoted(str(self.frames)),
            accounts=_quoted(str(console_state(self.state.absolute()) / "people.db")),
        )


def console_state(state: Path) -> Path:
    """Return the folder that the console keeps its own files in, with the gateway's at `state`."""
    return state.with_name(f"{state.name}-console")


def must_be_hosts(hosts: Sequence[str]) -> None:
    """Raise PlanError unless units can reach a machine under each of `hosts`."""
    if not hosts or not all(map(_HOST.fullmatch, hosts)):
        raise PlanError("give at least one name or address under which units reach this machine")


def every_host(hosts: Sequence[str]) -> tuple[str, ...]:
    """Return `hosts` and all else that servers' certificates must name."""
    return tuple(dict.fromkeys((*hosts, "127.0.0.1", "localhost")))


def site_for(name: str) -> SiteId:
    """Return an id for a school of that name: `Lincoln School` is `lincoln-school`."""
    return SiteId(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24].strip("-"))


def in_url(host: str) -> str:
    """Return `host` as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _quoted(value: object) -> str:
    # What JSON quotes, TOML reads the same way; without a control character,
    # which `BootstrapPlan` refuses.
    return json.dumps(value, ensure_ascii=False)
