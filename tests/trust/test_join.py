"""From a code to a unit that can speak: enrol, join, replace, on the real processes."""

import csv
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from service.broker import Broker
from service.events import LinkUp, MessageReceived
from service.settings import load
from tests.service.brokers import linked
from tests.trust.founded import School, code_in, school
from tests.waiting import patience, until
from wire.ids import SiteId, UnitId
from wire.topics import alert_topic, all_up

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")


@pytest.fixture
def open_school(lincoln: School) -> School:
    lincoln.rooms("204", "205")
    lincoln.start("broker")
    lincoln.start("ca")
    return lincoln


def unit_in(lincoln: School, room: str) -> str:
    with lincoln.register.open() as file:
        return next(row["unit"] for row in csv.DictReader(file) if row["room"] == room)


def test_a_unit_joins_by_its_code_and_speaks_as_itself(open_school: School, tmp_path: Path) -> None:
    unit = tmp_path / "unit"
    said = open_school.join(open_school.code("204"), unit)
    assert said.returncode == 0, said.stderr
    settings = load(unit / "device.toml", DeviceSettings)
    assert (settings.site, settings.unit, settings.room) == (SITE, UNIT, "204")
    assert unit_in(open_school, "204") == UNIT
    assert (unit / "unit.key").stat().st_mode & 0o777 == 0o600
    with (
        linked(open_school.identity("gateway"), "gateway", all_up(SITE)) as (_, heard),
        linked(settings.gateway[0], "any-id") as (link, up),
    ):
        heard.next(LinkUp)
        up.next(LinkUp)
        link.publish(alert_topic(SITE, UnitId("lincoln-205")), b"forged")
        link.publish(alert_topic(SITE, UNIT), b"genuine")
        assert heard.next(MessageReceived).payload == b"genuine"


def test_a_unit_joins_a_second_gateway_beside_the_first(
    open_school: School, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    open_school.join(open_school.code("204"), unit)
    with school(tmp_path / "standby") as standby:
        standby.rooms("204", "205")
        standby.start("ca")
        said = standby.join(standby.code("204"), unit)
        assert said.returncode == 0, said.stderr
        assert "and may still speak" in standby.join(standby.code("205"), unit).stderr
    with school(tmp_path / "third") as third:
        third.rooms("204")
        third.start("ca")
        assert "joined two gateways already" in third.join(third.code("204"), unit).stderr
    first, second = load(unit / "device.toml", DeviceSettings).gateway
    assert (first.authority, second.authority) == (open_school.url, standby.url)
    assert first.key != second.key
    assert second.key
    assert second.key.stat().st_mode & 0o777 == 0o600


def test_a_code_is_good_for_one_unit(open_school: School, tmp_path: Path) -> None:
    code = open_school.code("204")
    assert open_school.join(code, tmp_path / "first").returncode == 0
    second = open_school.join(code, tmp_path / "second")
    assert second.returncode == 1
    assert "the code was used already, by another key" in second.stderr
    assert "tocsin-gateway replace 204 --config" in second.stderr
    assert not (tmp_path / "second/device.toml").exists()


def test_a_wrong_code_is_refused_and_closes_nothing(open_school: School, tmp_path: Path) -> None:
    code = open_school.code("204")
    wrong = code[:3] + ("a" if code[3] != "a" else "b") + code[4:]
    assert "no enrolment is open for this" in open_school.join(wrong, tmp_path / "unit").stderr
    assert open_school.join(code, tmp_path / "unit").returncode == 0


def test_an_authority_that_does_not_fit_the_code_is_told_nothing(
    open_school: School, tmp_path: Path
) -> None:
    with school(tmp_path / "rogue") as rogue:
        rogue.start("ca")
        said = open_school.join(open_school.code("204"), tmp_path / "unit", rogue.url)
        assert said.returncode == 1
        assert "not of the school that made this code" in said.stderr
        assert "refused" not in rogue.log("ca").read_text()
    assert not (tmp_path / "unit/unit.crt").exists()


def test_a_second_gateway_takes_the_name_that_the_first_one_gave(
    open_school: School, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    open_school.join(open_school.code("204"), tmp_path / "old")
    open_school.join(open_school.code("204", "replace"), unit)
    with school(tmp_path / "standby") as standby:
        standby.rooms("204")
        standby.start("ca")
        refused = standby.join(standby.code("204"), unit).stderr
        assert "replace 204 --unit lincoln-204-r2" in refused
        named = standby.gateway("replace", "204", "--unit", "lincoln-204-r2").stdout
        said = standby.join(code_in(named), unit)
        assert said.returncode == 0, said.stderr
    assert len(load(unit / "device.toml", DeviceSettings).gateway) == 2


@pytest.mark.parametrize("left", ["ca.crt", "unit.key", "unit.crt", "gateway.crt"])
def test_what_a_failed_second_join_left_does_not_stop_the_next(
    open_school: School, tmp_path: Path, left: str
) -> None:
    unit = tmp_path / "unit"
    open_school.join(open_school.code("204"), unit)
    (unit / "second").mkdir()
    whole = (unit / left).read_bytes()
    (unit / "second" / left).write_bytes(whole)
    with school(tmp_path / "standby") as standby:
        standby.rooms("204")
        standby.start("ca")
        said = standby.join(standby.code("204"), unit)
    assert said.returncode == 0, said.stderr


def test_a_name_already_in_use_is_not_given_to_a_replacement(open_school: School) -> None:
    open_school.code("204")
    open_school.code("205")
    before = unit_in(open_school, "204")
    said = open_school.gateway("replace", "204", "--unit", "lincoln-205")
    assert "stands in the register" in said.stderr
    assert unit_in(open_school, "204") == before


def test_a_name_has_one_unit_and_a_replacement_another_name(
    open_school: School, tmp_path: Path
) -> None:
    open_school.join(open_school.code("204"), tmp_path / "old")
    again = open_school.gateway("enrol", "204")
    assert again.returncode == 1
    assert "has joined already" in again.stderr
    said = open_school.join(open_school.code("204", "replace"), tmp_path / "new")
    assert said.returncode == 0, said.stderr
    assert unit_in(open_school, "204") == "lincoln-204-r2"
    old = load(tmp_path / "old/device.toml", DeviceSettings).gateway[0]
    new = load(tmp_path / "new/device.toml", DeviceSettings).gateway[0]
    with linked(new, "new") as (_, heard):
        heard.next(LinkUp)
    until(lambda: not is_let_in(old), within=15)


def test_every_room_gets_its_label_at_once(lincoln: School, tmp_path: Path) -> None:
    lincoln.rooms(*(str(number) for number in range(100, 200)))
    said = lincoln.gateway("enrol", "--all", "--labels", tmp_path / "labels.html")
    assert said.returncode == 0, said.stderr
    page = (tmp_path / "labels.html").read_text()
    assert page.count("<svg") == 100
    assert "lincoln-199" in page


def is_let_in(broker: Broker) -> bool:
    """Whether the broker lets in who comes with these credentials now."""
    with linked(broker, "x") as (_link, heard):
        return isinstance(heard.queue.get(timeout=patience(5.0)), LinkUp)
