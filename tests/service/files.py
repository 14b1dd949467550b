"""Settings files for tests: the least that is good, to be spoilt by each test."""

from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.config.settings import GatewaySettings
from service.settings import Model, SettingsError, load
from tests.service.brokers import new_authority

AUTHORITY = new_authority()

DEVICE = """\
site = "lincoln"
unit = "lincoln-204"
room = "204"
[[gateway]]
url = "mqtt://127.0.0.1:1883"
"""

GATEWAY = """\
[site]
id = "lincoln"
name = "Lincoln School"
rooms = "rooms.csv"
[mqtt]
url = "mqtt://127.0.0.1:1883"
[store]
path = "tocsin.db"
[frames]
directory = "frames"
[[endpoint]]
name = "county-911"
url = "http://127.0.0.1:8710/reports"
"""


def written(folder: Path, text: str) -> Path:
    """A settings file in `folder`, beside the files that it names."""
    (folder / "rooms.csv").touch()
    AUTHORITY.sign(folder, "unit")
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read_device(folder: Path, text: str) -> DeviceSettings:
    return load(written(folder, text), DeviceSettings)


def read_gateway(folder: Path, text: str) -> GatewaySettings:
    return load(written(folder, text), GatewaySettings)


def faults(folder: Path, text: str, model: type[Model]) -> list[str]:
    """What is told of a bad file, a fault a line."""
    with pytest.raises(SettingsError) as refusal:
        load(written(folder, text), model)
    return [line.strip() for line in str(refusal.value).splitlines()[1:]]
