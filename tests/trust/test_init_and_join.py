"""From nothing to a unit that can speak: init, enrol, join, replace, on the real processes."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.people import People, Person, Role
from service.broker import Broker
from service.events import Arrived, LinkDown, LinkUp
from service.settings import load
from tests.service.brokers import linked
from tests.trust.founded import School, modes, school
from wire.ids import SiteId, UnitId
from wire.topics import alert_topic, all_up

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as made:
        yield made


@pytest.fixture
def made_by_init(tmp_path: Path) -> School:
    made = School(tmp_path / "gateway", ExitStack())
    said = made.init()
    assert said.returncode == 0, said.stderr
    return made


@pytest.fixture
def open_school(lincoln: School) -> School:
    lincoln.rooms("204", "205")
    lincoln.start("broker")
    lincoln.start("authority")
    return lincoln


def unit_in(lincoln: School, room: str) -> str:
    with (lincoln.folder / "rooms.csv").open() as file:
        return next(row["unit"] for row in csv.DictReader(file) if row["room"] == room)


def test_what_init_makes_is_checked_as_good(made_by_init: School) -> None:
    said = made_by_init.gateway("check")
    assert said.returncode == 0, said.stderr
    assert "0 rooms, 0 units" in said.stdout
    assert "nobody outside this machine is told" in said.stdout


def test_keys_are_their_owners_alone(made_by_init: School) -> None:
    found = modes(made_by_init.folder)
    assert len(found) == 7
    assert set(found.values()) == {0o600}


def test_init_again_changes_nothing_and_says_what_is_there(made_by_init: School) -> None:
    before = {path: path.read_bytes() for path in made_by_init.folder.rglob("*") if path.is_file()}
    said = made_by_init.init()
    assert said.returncode == 0
    assert "nothing was changed" in said.stdout
    assert all(
        f"is there  {made_by_init.folder / name}" in said.stdout
        for name in ("gateway.toml", "ca.crt")
    )
    assert {path: path.read_bytes() for path in before} == before


def test_the_first_administrator_has_the_password_that_was_shown_once(tmp_path: Path) -> None:
    with school(tmp_path / "other") as made:
        (made.folder / "gateway.toml").unlink()
        (made.folder / "state/people.db").unlink()
        password = made.init().stdout.split("shown this once:")[1].split()[0]
    people = People(made.folder / "state/people.db")
    found = people.verify("admin", password)
    people.close()
    assert found == Person("admin", Role.ADMINISTRATOR)


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
        assert heard.next(Arrived).payload == b"genuine"


def test_a_unit_joins_a_second_gateway_beside_the_first(
    open_school: School, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    open_school.join(open_school.code("204"), unit)
    with school(tmp_path / "standby") as standby:
        standby.rooms("204", "205")
        standby.start("authority")
        said = standby.join(standby.code("204"), unit)
        assert said.returncode == 0, said.stderr
        assert "two gateways" in standby.join(standby.code("205"), unit).stderr
    first, second = load(unit / "device.toml", DeviceSettings).gateway
    assert (first.authority, second.authority) == (open_school.url, standby.url)
    assert first.key != second.key
    assert second.key
    assert second.key.stat().st_mode & 0o777 == 0o600


def test_a_code_is_good_once(open_school: School, tmp_path: Path) -> None:
    code = open_school.code("204")
    assert open_school.join(code, tmp_path / "first").returncode == 0
    second = open_school.join(code, tmp_path / "second")
    assert second.returncode == 1
    assert "no such window" in second.stderr
    assert not (tmp_path / "second/device.toml").exists()


def test_a_guesser_is_shut_out_after_five_and_so_is_the_right_code(
    open_school: School, tmp_path: Path
) -> None:
    code = open_school.code("204")
    wrong = code[:3] + ("a" if code[3] != "a" else "b") + code[4:]
    for _ in range(5):
        assert "the code is wrong" in open_school.join(wrong, tmp_path / "unit").stderr
    assert "no such window" in open_school.join(code, tmp_path / "unit").stderr


def test_an_authority_that_does_not_fit_the_code_is_told_nothing(
    open_school: School, tmp_path: Path
) -> None:
    with school(tmp_path / "rogue") as rogue:
        rogue.start("authority")
        said = open_school.join(open_school.code("204"), tmp_path / "unit", rogue.url)
        assert said.returncode == 1
        assert "another school's authority" in said.stderr
        assert "refused" not in rogue.log("authority").read_text()
    assert not (tmp_path / "unit/unit.crt").exists()


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
    assert is_let_in(old) is False


def test_every_room_gets_its_label_at_once(lincoln: School, tmp_path: Path) -> None:
    lincoln.rooms(*(str(number) for number in range(100, 200)))
    said = lincoln.gateway("enrol", "--all", "--labels", tmp_path / "labels.html")
    assert said.returncode == 0, said.stderr
    page = (tmp_path / "labels.html").read_text()
    assert page.count("<svg") == 100
    assert "lincoln-199" in page


def is_let_in(broker: Broker) -> bool:
    """False once the broker refuses, which may take until it has read its new list."""
    for _ in range(50):
        with linked(broker, "x") as (_link, heard):
            if isinstance(heard.queue.get(timeout=5.0), LinkDown):
                return False
    return True


def test_accounts_are_made_changed_and_removed_but_for_the_last_administrator(
    lincoln: School,
) -> None:
    made = lincoln.gateway("account", "mary", "--role", "sro")
    assert "mary is a new sro" in made.stdout
    assert lincoln.gateway("account", "mary", "--role", "staff").returncode == 0
    listed = [line.split() for line in lincoln.gateway("account").stdout.splitlines()]
    assert listed == [["admin", "administrator"], ["mary", "staff"]]
    assert lincoln.gateway("account", "mary", "--remove").returncode == 0
    refused = lincoln.gateway("account", "admin", "--remove")
    assert refused.returncode == 1
    assert "last administrator" in refused.stderr
