"""Who is who in a simulated school, made by the very parts that `init`, `enrol` and `join` run.

Only the network between a unit and the authority is left out, and with it the authority's process:
nobody else joins while a simulation runs.
"""

import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from device.join import take
from gateway.settings import IdentitySettings
from gateway.trust.clerk import Clerk, terms_of
from gateway.trust.enrolling import Enrolling
from gateway.trust.founding import SETTINGS, found
from gateway.trust.ledger import Ledger
from gateway.trust.plan import Plan
from gateway.trust.safe import LEDGER, load_authority
from service.files import write_whole
from service.identity import key_in, request_for
from service.settings import load
from wire.ids import SiteId, Wall

_HOST = "127.0.0.1"


def found_gateway(folder: Path, site: Mapping[str, Any], broker_port: int) -> dict[str, Any]:
    """Make a gateway that listens on loopback alone; returns the settings that were made."""
    plan = Plan(
        site=SiteId(site["id"]),
        name=site["name"],
        hosts=(_HOST,),
        folder=folder,
        state=folder,
        frames=folder / "frames",
        broker_port=broker_port,
        listen=_HOST,
    )
    found(plan, Wall(time.time()))
    return tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8"))


def join_units(gateway: Path, folder: Path) -> list[Path]:
    """Let the unit of every room join the gateway; returns their settings, in a folder each."""
    settings = load(gateway, IdentitySettings)
    own = settings.authority
    authority = load_authority(own.folder)
    clerk = Clerk(authority, Ledger(own.folder / LEDGER), terms_of(settings))
    joined = []
    for label in Enrolling(settings).all():
        home = folder / label.unit
        home.mkdir(parents=True)
        write_whole(home / "ca.crt", clerk.certificate())
        asked = {
            "window": label.code.window,
            "secret": label.code.secret,
            "request": request_for(key_in(home / "unit.key")).decode("ascii"),
        }
        answer = clerk.join(asked, Wall(time.time()))
        for name, part in (("unit.crt", "certificate"), ("gateway.crt", "gateway")):
            write_whole(home / name, answer[part].encode("ascii"), 0o644)
        joined.append(take(home, answer))
    return joined
