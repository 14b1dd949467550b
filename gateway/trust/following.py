"""`tocsin-gateway follow`: becomes the second gateway, which reports what the first does not."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gateway.settings import GatewaySettings, IdentitySettings
from service import exits, owners
from service.files import write_whole
from service.joining import JoinError, ask_to_join
from service.settings import SettingsError, load

_PLACE: Final = "primary"
_STANDBY: Final = """
[standby]                             # the first gateway; we report what it does not deliver
sealed_by = "primary/gateway.crt"
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
            raise JoinError(f"{options.config} has a [standby]; take that out first")
        place = options.config.resolve().parent / _PLACE
        answer = ask_to_join(options.url, options.code, place)
        if answer.get("site") != settings.site.id:
            raise JoinError(f"that is the gateway of another site: {answer.get('site')}")
        owners.give(place, owners.GATEWAY)
        _add(options.config, answer)
    except (JoinError, SettingsError, KeyError, OSError) as error:
        print(f"this gateway does not follow: {error}", file=sys.stderr)
        return exits.PROBLEM
    print(f"{options.config} has a [standby] now\nnow: systemctl restart tocsin-gateway")
    return exits.GOOD


def _add(path: Path, answer: Mapping[str, Any]) -> None:
    """Look the settings over before they count."""
    renewal, broker = json.dumps(str(answer["renewal"])), json.dumps(str(answer["brokers"][0]))
    text = path.read_text(encoding="utf-8") + _STANDBY.format(renewal=renewal, broker=broker)
    trial = path.with_name(f"{path.name}.trial")
    write_whole(trial, text.encode(), path.stat().st_mode & 0o777)
    try:
        load(trial, GatewaySettings)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)
