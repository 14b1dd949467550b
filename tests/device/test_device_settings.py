"""device.toml: every fault at once, and an example that holds every setting."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from device.settings import DeviceSettings
from service.settings import SettingsError, load
from tests.service.files import AUTHORITY

EXAMPLE = Path("config/device.toml")
LEAST = """
site = "lincoln"
unit = "lincoln-204"
room = "204"
[[gateway]]
url = "mqtt://127.0.0.1:1883"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "device.toml").write_text(text)
    return folder / "device.toml"


def faults(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        load(written(folder, text), DeviceSettings)
    return str(error.value)


def test_the_example_is_good_beside_its_certificates(tmp_path: Path) -> None:
    for name in ("unit", "gateway"):
        AUTHORITY.sign(tmp_path, name)
    assert load(written(tmp_path, EXAMPLE.read_text()), DeviceSettings).unit == "lincoln-204"


def test_the_example_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    shown: dict[str, Any] = tomllib.loads(
        EXAMPLE.read_text().replace("# [b", "[b").replace("# p", "p")
    )
    assert set(shown) == set(DeviceSettings.model_fields)
    default = load(written(tmp_path, LEAST), DeviceSettings).model_dump(mode="json")
    for table in ("silent", "button", "lamp", "journal"):
        assert shown[table] == default[table]


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = 'rom = "204"\n' + LEAST.replace('room = "204"\n', "") + "[button]\npin = 99\n"
    told = faults(tmp_path, text)
    assert 'line 1: rom: unknown setting; did you mean "room"?' in told
    assert "room: is missing" in told
    assert "line 8: button.pin" in told


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("[lamp]\npin = 17\n", "button and lamp are both on pin 17"),
        ("[buzzer]\npin = 27\n", "lamp and buzzer are both on pin 27"),
        ("[button]\nhold_seconds = 11\n", "hold_seconds"),
        ('[button]\npull = "down"\n', "pull"),
        ('[[gateway]]\nurl = "mqtt://10.0.0.1"\n', "use mqtts://"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, more: str, fault: str) -> None:
    assert fault in faults(tmp_path, LEAST + more)


def test_a_unit_needs_a_gateway(tmp_path: Path) -> None:
    assert "gateway: is missing" in faults(tmp_path, LEAST[: LEAST.index("[[")])
