"""Identities of a simulated school, made by the very parts that `init`, `enrol` and `join` run.

Only the network between a unit and the authority is left out, and with it the authority's process:
nobody else joins while a simulation runs.
"""

import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from device.join import take
from gateway.config.settings import IdentitySettings
from gateway.trust.bootstrap import SETTINGS, bootstrap
from gateway.trust.bootstrap_plan import BootstrapPlan
from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.key_folder import LEDGER, load_authority
from gateway.trust.ca.registrar import Registrar, signing_terms
from gateway.trust.enroller import Enroller
from service.files import write_whole
from service.identity import key_in, request_for
from service.settings import load
from wire.ids import SiteId, Wall

_HOST = "127.0.0.1"


def found_gateway(
    folder: Path, site: Mapping[str, Any], broker_port: int
) -> tuple[dict[str, Any], str]:
    """Make a gateway that listens on loopback alone.

    Returns the settings that were made, and the password of its administrator.
    """
    plan = BootstrapPlan(
        site=SiteId(site["id"]),
        name=site["name"],
        hosts=(_HOST,),
        folder=folder,
        state=folder,
        frames=folder / "frames",
        broker_port=broker_port,
        listen=_HOST,
    )
    founded = bootstrap(plan, Wall(time.time()))
    return tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8")), founded.password


def join_units(gateway: Path, folder: Path) -> list[Path]:
    """Let the unit of every room join the gateway; returns their settings, in a folder each."""
    settings = load(gateway, IdentitySettings)
    own = settings.authority
    authority = load_authority(own.folder)
    registrar = Registrar(
        authority, EnrolmentDatabase(own.folder / LEDGER), signing_terms(settings)
    )
    joined = []
    for label in Enroller(settings).all():
        home = folder / label.unit
        home.mkdir(parents=True)
        write_whole(home / "ca.crt", registrar.certificate())
        asked = {
            "window": label.code.window,
            "secret": label.code.secret,
            "request": request_for(key_in(home / "unit.key")).decode("ascii"),
        }
        answer = registrar.join(asked, Wall(time.time()), "127.0.0.1")
        for name, part in (("unit.crt", "certificate"), ("gateway.crt", "gateway")):
            write_whole(home / name, answer[part].encode("ascii"), 0o644)
        joined.append(take(home, answer))
    return joined
