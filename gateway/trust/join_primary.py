"""The command `join-primary`: makes this the second gateway, which stands in for the first."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gateway.config.settings import GatewaySettings, IdentitySettings
from gateway.trust.register_copy import CopyError, copy_of
from service import exits, owners
from service.files import remove, write_whole
from service.joining import JoinError, ask_to_join, read_invitation
from service.settings import SettingsError, load, read_file
from service.typed_code import typed_code

_PLACE: Final = "primary"
_STANDBY: Final = """
[standby]                             # the first gateway; we report what it does not deliver
gateway_cert = "primary/gateway.crt"
authority = {renewal}
[standby.primary]
url = {broker}
ca = "primary/ca.crt"
cert = "primary/unit.crt"
key = "primary/unit.key"
"""


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Join the first gateway and write `[standby]` into our settings; returns the exit code."""
    try:
        if load(options.config, GatewaySettings).standby:
            raise JoinError(f"{options.config} already has a [standby] table; remove that first")
        place = options.config.resolve().parent / _PLACE
        answer = ask_to_join(read_invitation(options.url, typed_code()), place)
        if answer.get("site") != settings.site.id:
            raise JoinError(
                f"the gateway at {options.url} belongs to another site: {answer.get('site')}"
            )
        owners.give(place, owners.GATEWAY)
        _add(options.config, answer)
    except EOFError:
        print("this gateway has not joined the first one: no code was given", file=sys.stderr)
        return exits.USAGE
    except (JoinError, SettingsError, KeyError, OSError) as error:
        print(f"this gateway has not joined the first one: {error}", file=sys.stderr)
        return exits.PROBLEM
    print(f"{options.config} has a [standby] table now")
    _copy_register(options.config)
    print("next: systemctl restart tocsin-gateway")
    return exits.GOOD


def _copy_register(config: Path) -> None:
    """Have the first one's rooms at once; the gateway keeps them alike from its start on."""
    copy = copy_of(load(config, GatewaySettings))
    try:
        for path in copy.update() if copy else ():
            owners.give_one(path, owners.GATEWAY)
            print(f"copied  {path}")
        for path in copy.set_aside() if copy else ():
            print(f"{path} is what stood here before; make such changes at the first gateway")
    except CopyError as error:
        print(f"the register comes once the gateway runs; not yet: {error}", file=sys.stderr)


def _add(path: Path, answer: Mapping[str, Any]) -> None:
    """Check the settings before they are used."""
    renewal, broker = json.dumps(str(answer["renewal"])), json.dumps(str(answer["brokers"][0]))
    text = read_file(path).text + _STANDBY.format(renewal=renewal, broker=broker)
    trial = path.with_name(f"{path.name}.trial")
    write_whole(trial, text.encode())
    try:
        load(trial, GatewaySettings)
        write_whole(path, text.encode(), mode=None)
    finally:
        remove(trial)
