"""`tocsin-device join`: becomes a unit of a school.

Key and certificates come by `service/joining.py`; what is decided here is what the settings say.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from device.settings import DeviceSettings
from service import owners
from service.files import write_whole
from service.joining import JoinError, ask_to_join
from service.settings import SettingsError, load

SETTINGS: Final = "device.toml"

_TEXT: Final = """\
# One wall unit, as it joined its school.  Paths are relative to this file.  Look it over with
#   tocsin-device check --config device.toml
# Every other setting (pins, buzzer, covert) stands in config/device.toml of the source.

site = {site}
unit = {unit}
room = {room}
"""
_GATEWAY: Final = """
[[gateway]]
url = {broker}
ca = "{place}ca.crt"
cert = "{place}unit.crt"
key = "{place}unit.key"
sealed_by = "{place}gateway.crt"
authority = {renewal}
"""
# A second gateway has an authority of its own, and this unit a key of its own for it.
_SECOND: Final = "second"


def join(url: str, typed: str, folder: Path) -> Path:
    """Join the school whose authority listens at `url`; returns the settings that were written.

    A unit that has joined one gateway joins the second one of the same school beside it.  Raises
    JoinError, and then leaves the settings as they were.
    """
    before = folder / SETTINGS
    place = folder / _SECOND if before.exists() else folder
    if (place / "unit.crt").exists() and before.exists():
        raise JoinError(f"it has joined two gateways before; move {before} away to begin anew")
    answer = ask_to_join(url, typed, place)
    try:
        return add_gateway(before, answer) if before.exists() else take(folder, answer)
    except (SettingsError, KeyError, OSError) as error:
        raise JoinError(f"what the gateway said cannot be used: {error}") from error


def take(folder: Path, answer: Mapping[str, Any]) -> Path:
    """Write the settings that follow from what an authority answered, beside key and certificates.

    Raises SettingsError for settings that will not do, KeyError for an answer that lacks something.
    """
    names = ("site", "unit", "room")
    text = _TEXT.format(**{name: json.dumps(str(answer[name])) for name in names})
    return _write_settings(folder / SETTINGS, text + _gateways(answer, ""))


def add_gateway(settings: Path, answer: Mapping[str, Any]) -> Path:
    """Let a unit speak to a second gateway, too; raises JoinError for one of another school."""
    told = load(settings, DeviceSettings)
    for name in ("site", "unit"):
        if answer[name] != getattr(told, name):
            raise JoinError(f"there it would be of the {name} {answer[name]}, here of another one")
    text = settings.read_text(encoding="utf-8") + _gateways(answer, f"{_SECOND}/")
    return _write_settings(settings, text)


def _gateways(answer: Mapping[str, Any], place: str) -> str:
    renewal = json.dumps(str(answer["renewal"]))
    return "".join(
        _GATEWAY.format(broker=json.dumps(str(broker)), place=place, renewal=renewal)
        for broker in answer["brokers"]
    )


def _write_settings(path: Path, text: str) -> Path:
    """Look the settings over before they count."""
    trial = path.with_name(f"{path.name}.trial")
    write_whole(trial, text.encode(), 0o644)
    try:
        load(trial, DeviceSettings)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)
    owners.give(path.parent, owners.DEVICE)
    return path
