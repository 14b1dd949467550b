"""Settings: all faults at once, each with its line and a suggestion, and never a secret."""

from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.config.settings import GatewaySettings
from service.renamed import RENAMED
from service.settings import SettingsError, load
from tests.service.files import DEVICE, GATEWAY, faults, read_device, read_gateway, written

OF_UNITS = ("covert", "gateway.sealed_by")
CAMERA = '[[camera]]\nid = "a"\nsource = "test:"\n'


def test_good_settings_are_read_with_their_defaults(tmp_path: Path) -> None:
    settings = read_device(tmp_path, DEVICE)
    assert (settings.unit, settings.button.pin, settings.silent) == ("lincoln-204", 17, False)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read_gateway(tmp_path, GATEWAY)
    assert settings.site.rooms == tmp_path / "rooms.csv"
    assert settings.store.path == tmp_path / "tocsin.db"


def test_settings_cannot_change_once_read(tmp_path: Path) -> None:
    settings = read_device(tmp_path, DEVICE)
    with pytest.raises(ValueError, match="frozen"):
        settings.room = "205"  # type: ignore[misc]


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = DEVICE.replace("lincoln-204", "Lincoln 204").replace("room =", "rom =")
    told = faults(tmp_path, text + "[button]\npin = 99\nhold_second = 1\n", DeviceSettings)
    assert [line.split(": ")[0] for line in told] == [
        "room",
        "line 2",
        "line 3",
        "line 7",
        "line 8",
    ]
    assert told[0] == "room: is missing"
    assert told[2] == 'line 3: rom: unknown setting; did you mean "room"?'
    assert told[4] == 'line 8: button.hold_second: unknown setting; did you mean "hold_seconds"?'


def test_the_second_table_of_an_array_is_told_by_its_own_line(tmp_path: Path) -> None:
    more = '[[endpoint]]\nname = "second"\nurl = "http://127.0.0.1/x"\nreceip = "echo"\n'
    assert faults(tmp_path, GATEWAY + more, GatewaySettings) == [
        'line 17: endpoint[2].receip: unknown setting; did you mean "receipt"?'
    ]


def test_what_is_missing_in_a_table_is_told_at_the_table(tmp_path: Path) -> None:
    told = faults(tmp_path, GATEWAY + '[[camera]]\nsource = "test:"\n', GatewaySettings)
    assert told == ["line 14: camera[1].id: is missing"]


def test_a_name_like_no_other_gets_no_suggestion(tmp_path: Path) -> None:
    told = faults(tmp_path, "zzz = 1\n" + DEVICE, DeviceSettings)
    assert told == ["line 1: zzz: unknown setting"]


def test_a_fault_shows_what_was_found(tmp_path: Path) -> None:
    told = faults(tmp_path, DEVICE + '[button]\npin = "seventeen"\n', DeviceSettings)
    assert len(told) == 1
    assert told[0].startswith("line 7: button.pin: ")
    assert told[0].endswith("(found 'seventeen')")


def test_a_list_whose_only_entry_has_a_fault_is_not_called_empty(tmp_path: Path) -> None:
    told = faults(tmp_path, DEVICE.replace("mqtt:", "ftp:"), DeviceSettings)
    assert len(told) == 1
    assert told[0].startswith("line 5: gateway[1].url: ")


@pytest.mark.parametrize(
    "spoilt",
    [
        GATEWAY + 'secret = "whsec_aHVudGVyMg=="\n',
        GATEWAY.replace("http://127", "https://user:whsec_aHVudGVyMg==@127"),
        GATEWAY.replace("mqtt://", "mqtt://user:whsec_aHVudGVyMg==@"),
        GATEWAY + CAMERA.replace("test:", "http://u:whsec_aHVudGVyMg==@10.0.0.2/"),
        GATEWAY + f'{CAMERA}password = "whsec_aHVudGVyMg=="\n',
    ],
)
def test_a_secret_in_the_wrong_place_is_a_fault_that_does_not_show_it(
    tmp_path: Path, spoilt: str
) -> None:
    told = "\n".join(faults(tmp_path, spoilt, GatewaySettings))
    assert "aHVudGVyMg" not in told
    assert told.startswith("line ")


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    spoilt = DEVICE.replace('"204"', r'"\u001b[2J\n"') + r'["\u001b[2J"]' + "\n"
    told = faults(tmp_path, spoilt, DeviceSettings)
    assert len(told) == 2
    assert all(line.isprintable() for line in told)


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"device\.toml: 1 fault\n  cannot be read: .*No such"):
        load(tmp_path / "device.toml", DeviceSettings)


def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    told = faults(tmp_path, 'site = "lincoln"\nunit = \n', DeviceSettings)
    assert told == ["line 2: unit has no value"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00" * 64, b""])
def test_bytes_that_are_no_settings_are_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "")
    path.write_bytes(content)
    with pytest.raises(SettingsError):
        load(path, DeviceSettings)


@pytest.mark.parametrize("old", RENAMED)
def test_a_renamed_setting_is_told_with_its_new_name(tmp_path: Path, old: str) -> None:
    table, _, name = old.rpartition(".")
    text, model = (DEVICE, DeviceSettings) if old in OF_UNITS else (GATEWAY, GatewaySettings)
    header = f"[[{table}]]\n" if f"[[{table}]]" in text else f"[{table}]\n"
    if not table:
        spoilt = f"{name} = 1\n{text}"
    elif header in text:
        spoilt = text.replace(header, f"{header}{name} = 1\n")
    else:
        spoilt = f"{text}{header}{name} = 1\n"
    told = faults(tmp_path, spoilt, model)
    assert any(line.endswith(f'unknown setting; did you mean "{RENAMED[old]}"?') for line in told)


def test_a_setting_under_its_old_name_is_one_fault(tmp_path: Path) -> None:
    told = faults(tmp_path, GATEWAY.replace("directory =", "folder ="), GatewaySettings)
    assert told == ['line 10: frames.folder: unknown setting; did you mean "directory"?']
