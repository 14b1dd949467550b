"""A school with two gateways has one register and one name for each unit, given at the first."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.config.load import read_register
from service.events import LinkUp
from service.settings import load
from tests.service.brokers import linked
from tests.trust.founded import HEADER, School, code_in, school
from tests.waiting import until
from wire.ids import UnitId


class Pair:
    """Two gateways of one school, the second of which has joined the first."""

    def __init__(self, first: School, second: School) -> None:
        self.first, self.second = first, second
        for each in (first, second):
            each.start("broker")
            each.start("ca")
        first.rooms("204", "205")
        self.said = self.join_primary()
        assert self.said.returncode == 0, self.said.stderr

    def join_primary(self) -> "subprocess.CompletedProcess[str]":
        code = code_in(self.first.gateway("enrol", "--standby").stdout)
        return self.second.gateway("join-primary", self.first.url, typed=code)

    def register(self, gateway: School) -> bytes:
        return gateway.register.read_bytes()

    def alike(self) -> bool:
        return self.register(self.first) == self.register(self.second)

    def status(self) -> str:
        return self.second.gateway("status").stdout


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with school(tmp_path / "first") as first, school(tmp_path / "second") as second:
        yield Pair(first, second)


def test_join_primary_brings_the_register_along(pair: Pair) -> None:
    assert pair.alike()
    assert f"copied  {pair.second.register}" in pair.said.stdout
    assert not list(pair.second.folder.glob("*.edited-here"))


def test_replace_gives_the_same_name_at_both_gateways_and_the_unit_joins_both(
    pair: Pair, tmp_path: Path
) -> None:
    both, unit = (pair.first, pair.second), tmp_path / "unit"
    for gateway in both:
        assert gateway.join(gateway.code("204"), unit).returncode == 0
    for name in ("lincoln-204-r2", "lincoln-204-r3"):
        for gateway in both:
            said = gateway.join(gateway.code("204", "replace"), unit)
            assert said.returncode == 0, said.stderr
        told = load(unit / "device.toml", DeviceSettings)
        assert (told.unit, len(told.gateway)) == (name, 2)
    for gateway, way in zip(both, told.gateway, strict=True):
        assert (gateway.folder / "revoked").read_text() == "lincoln-204\nlincoln-204-r2\n"
        with linked(way, "any") as (_, heard):
            heard.next(LinkUp)


def test_a_name_that_the_first_gateway_would_not_know_is_not_given_at_the_second(
    pair: Pair, tmp_path: Path
) -> None:
    refused = pair.second.gateway("enrol", "204").stderr
    assert f"there `tocsin-gateway enrol 204 --config {pair.second.config}`, then here" in refused
    for gateway in (pair.first, pair.second):
        assert gateway.join(gateway.code("204"), tmp_path / "unit").returncode == 0
    refused = pair.second.gateway("replace", "204").stderr
    assert "names are given there: `tocsin-gateway replace 204 --config" in refused
    assert (pair.second.folder / "revoked").read_text() == ""
    assert pair.alike()


def test_a_second_gateway_alone_replaces_a_unit_all_the_same(pair: Pair, tmp_path: Path) -> None:
    for gateway in (pair.first, pair.second):
        assert gateway.join(gateway.code("204"), tmp_path / "old").returncode == 0
    config = pair.second.config
    config.write_text(config.read_text().replace(f":{pair.first.authority_port}", ":1"))
    said = pair.second.gateway("replace", "204")
    assert "names given here may differ" in said.stderr
    assert "unit lincoln-204-r2" in said.stdout


def test_a_running_second_gateway_takes_over_every_file_of_the_register(pair: Pair) -> None:
    pair.first.register.with_name("cameras-on-plan.csv").write_text("camera,x,y\nhall-2,10,20\n")
    zones = pair.first.folder / "state/tocsin.zones"
    zones.write_text(json.dumps({"204": 7, "205": 8}))
    text = f"{HEADER}204,Chemistry,Main,1,lincoln-204,,10,20\n205,,Main,1,,,,\n"
    pair.first.register.write_text(text)
    pair.second.start("run")
    until(pair.alike, 20)
    cameras = pair.second.register.with_name("cameras-on-plan.csv")
    assert cameras.read_text() == "camera,x,y\nhall-2,10,20\n"
    assert json.loads((pair.second.folder / "state/tocsin.zones").read_text())["204"] == 7
    until(lambda: read_register(pair.second.settings()).by_unit.get(UnitId("lincoln-204")), 10)


def test_what_is_changed_at_the_second_gateway_gives_way_is_set_aside_and_is_told(
    pair: Pair,
) -> None:
    rooms, aside = (
        pair.second.register.with_name(name) for name in ("rooms.csv", "rooms.csv.edited-here")
    )
    edited = rooms.read_text().replace("204,", "204,Mine", 1)
    rooms.write_text(edited)
    pair.second.start("run")
    until(lambda: pair.alike() and aside.exists(), 20)
    assert aside.read_text() == edited
    until(lambda: "register-edited" in pair.status(), 20)
    assert str(aside) in pair.status()


def test_a_register_that_the_first_gateway_could_not_use_stays_there(pair: Pair) -> None:
    before = pair.register(pair.second)
    pair.first.register.write_text(f"{HEADER}204,,,,NO,,,\n")
    pair.second.start("run")
    until(lambda: "register-copy" in pair.status(), 20)
    assert "has a fault" in pair.status()
    assert pair.register(pair.second) == before


def test_a_register_that_lost_rooms_leaves_the_last_good_one_in_use(pair: Pair) -> None:
    pair.second.start("run")
    until((pair.second.folder / "state/tocsin.good.csv").exists, 10)
    pair.first.register.write_text(f"{HEADER}204,,Main,1,,,,\n")
    assert pair.second.gateway("enrol", "--standby").returncode == 0  # asks the first one at once
    until(pair.alike, 10)
    until(lambda: "check --accept" in pair.status(), 20)
