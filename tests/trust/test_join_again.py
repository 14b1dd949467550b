"""A join can be repeated from wherever it ended: an answer lost, a power cut, the same hardware."""

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from service.events import LinkUp
from service.identity import name_on, read_certificate
from service.settings import load
from tests.service.brokers import linked
from tests.trust.founded import School, school
from tests.trust.lossy import lossy

# In the order in which a join writes them.
WRITTEN = ("ca.crt", "unit.key", "unit.crt", "gateway.crt", "device.toml.trial", "device.toml")
ROOMS = count(100)


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with school(tmp_path_factory.mktemp("gateway")) as made:
        made.rooms(*map(str, range(100, 140)))
        made.start("broker")
        made.start("ca")
        yield made


@pytest.fixture
def room(lincoln: School) -> str:
    return str(next(ROOMS))


def is_used(lincoln: School, room: str) -> bool:
    with sqlite3.connect(lincoln.folder / "authority/ledger.db") as db:
        found = db.execute("SELECT key FROM window WHERE room = ?", (room,)).fetchone()
    db.close()
    return bool(found and found[0])


def test_a_unit_that_lost_the_answer_gets_the_same_certificate_again(
    lincoln: School, room: str, tmp_path: Path
) -> None:
    code, unit = lincoln.code(room), tmp_path / "unit"
    with lossy(lincoln.authority_port, lambda: is_used(lincoln, room)) as cable:
        lost = lincoln.join(code, unit, cable.url)
        assert lost.returncode == 1
        assert "run the same command again" in lost.stderr
        assert not (unit / "unit.crt").exists()
        assert (lincoln.folder / f"published/units/lincoln-{room}.crt").exists()
        cable.mended = True
        said = lincoln.join(code, unit, cable.url)
    assert said.returncode == 0, said.stderr
    published = lincoln.folder / f"published/units/lincoln-{room}.crt"
    assert (unit / "unit.crt").read_bytes() == published.read_bytes()
    with linked(load(unit / "device.toml", DeviceSettings).gateway[0], "any") as (_, heard):
        heard.next(LinkUp)


def test_no_other_key_gets_what_a_used_code_gave(
    lincoln: School, room: str, tmp_path: Path
) -> None:
    code = lincoln.code(room)
    assert lincoln.join(code, tmp_path / "unit").returncode == 0
    thief = lincoln.join(code, tmp_path / "thief")
    assert thief.returncode == 1
    assert "the code was used already, by another key" in thief.stderr
    assert not (tmp_path / "thief/unit.crt").exists()
    assert lincoln.join(code, tmp_path / "thief").returncode == 1


@pytest.mark.parametrize("there", range(2, len(WRITTEN)))
def test_after_a_power_cut_at_any_moment_the_same_command_ends_the_join(
    lincoln: School, room: str, tmp_path: Path, there: int
) -> None:
    code, whole, unit = lincoln.code(room), tmp_path / "whole", tmp_path / "unit"
    assert lincoln.join(code, whole).returncode == 0
    shutil.copy(whole / "device.toml", whole / "device.toml.trial")
    unit.mkdir()
    for name in WRITTEN[:there]:
        shutil.copy(whole / name, unit)
    said = lincoln.join(code, unit)
    assert said.returncode == 0, said.stderr
    assert (unit / "unit.crt").read_bytes() == (whole / "unit.crt").read_bytes()
    assert sorted(path.name for path in unit.iterdir()) == sorted(set(WRITTEN) - {WRITTEN[-2]})


@pytest.mark.parametrize("left", ["", "garbage", "ca.crt", "unit.crt"])
def test_what_lies_in_the_folder_before_the_code_is_used_is_no_hindrance(
    lincoln: School, room: str, tmp_path: Path, left: str
) -> None:
    unit = tmp_path / "unit"
    unit.mkdir()
    for name in ("ca.crt", "unit.crt", "unit.key", "gateway.crt") if left == "garbage" else [left]:
        if name:
            (unit / name).write_text("half a file")
    said = lincoln.join(lincoln.code(room), unit)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("gone", ["ca.crt", "unit.key", "unit.crt", "gateway.crt"])
def test_a_unit_that_lost_a_file_joins_again_by_the_command_that_replace_prints(
    lincoln: School, room: str, tmp_path: Path, gone: str
) -> None:
    unit = tmp_path / "unit"
    assert lincoln.join(lincoln.code(room), unit).returncode == 0
    (unit / gone).unlink()
    said = lincoln.join(lincoln.code(room, "replace"), unit)
    assert said.returncode == 0, said.stderr
    assert load(unit / "device.toml", DeviceSettings).unit == f"lincoln-{room}-r2"


def test_a_unit_replaced_on_the_same_hardware_gets_a_new_key_and_keeps_its_pins(
    lincoln: School, room: str, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    assert lincoln.join(lincoln.code(room), unit).returncode == 0
    before = (unit / "unit.key").read_bytes()
    settings = unit / "device.toml"
    text = settings.read_text().replace(f'room = "{room}"', f'room = "{room}"  # by the door')
    settings.write_text(f"silent = true\n{text}\n[button]\npin = 4\n")
    said = lincoln.join(lincoln.code(room, "replace"), unit)
    assert said.returncode == 0, said.stderr
    assert "systemctl restart tocsin-device" in said.stdout
    told = load(settings, DeviceSettings)
    assert (told.unit, told.silent, told.button.pin) == (f"lincoln-{room}-r2", True, 4)
    assert "# by the door" in settings.read_text()
    (gateway,) = told.gateway
    assert gateway.key
    assert gateway.cert
    assert gateway.key.read_bytes() != before
    assert name_on(read_certificate(gateway.cert)) == told.unit
    assert not (unit / "unit.key").exists(), "the revoked key is of no use to anybody"
    with linked(gateway, "any") as (_, heard):
        heard.next(LinkUp)


def test_a_replaced_unit_can_be_replaced_again_and_again(
    lincoln: School, room: str, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    assert lincoln.join(lincoln.code(room), unit).returncode == 0
    for number in (2, 3, 4):
        said = lincoln.join(lincoln.code(room, "replace"), unit)
        assert said.returncode == 0, said.stderr
        assert load(unit / "device.toml", DeviceSettings).unit == f"lincoln-{room}-r{number}"


def test_a_join_that_is_refused_leaves_a_unit_that_works_as_it_was(
    lincoln: School, room: str, tmp_path: Path
) -> None:
    code, unit = lincoln.code(room), tmp_path / "unit"
    assert lincoln.join(code, unit).returncode == 0
    before = {path: path.read_bytes() for path in unit.iterdir() if path.is_file()}
    assert lincoln.join(code, unit).returncode == 1
    assert {path: path.read_bytes() for path in unit.iterdir() if path.is_file()} == before
    load(unit / "device.toml", DeviceSettings)


@pytest.mark.parametrize("text", ["site = ", 'site = "lincoln"\n', 'gateway = [{url = "x"}]'])
def test_settings_that_cannot_be_understood_are_told_before_a_code_is_used(
    lincoln: School, room: str, tmp_path: Path, text: str
) -> None:
    unit = tmp_path / "unit"
    unit.mkdir()
    (unit / "device.toml").write_text(text)
    code = lincoln.code(room)
    said = lincoln.join(code, unit)
    assert "so nothing was asked" in said.stderr
    assert (unit / "device.toml").read_text() == text
    (unit / "device.toml").rename(unit / "away")
    assert lincoln.join(code, unit).returncode == 0
