"""What init makes: files, the first administrator, accounts, and names that stay its own."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.config.roles import Role
from gateway.trust.accounts import open_accounts
from gateway.trust.bootstrap_plan import BootstrapPlan
from service.login.accounts import UserAccount
from tests.trust.founded import School, modes, school
from wire.ids import SiteId, UnitId

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")


@pytest.fixture
def made_by_init(tmp_path: Path) -> School:
    made = School(tmp_path / "gateway", ExitStack())
    said = made.init()
    assert said.returncode == 0, said.stderr
    return made


def test_what_init_makes_is_checked_as_good(made_by_init: School) -> None:
    said = made_by_init.gateway("check")
    assert said.returncode == 0, said.stderr
    assert "0 rooms, 0 units" in said.stdout
    assert "nobody outside is told" in said.stdout


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
        (made.folder / "state-console/people.db").unlink()
        password = made.init().stdout.split("shown only now:")[1].split()[0]
    people = open_accounts(made.folder / "state-console/people.db")
    found = people.verify("admin", password)
    people.close()
    assert found == UserAccount("admin", Role.ADMINISTRATOR)


def test_accounts_are_made_changed_and_removed_but_for_the_last_administrator(
    lincoln: School,
) -> None:
    made = lincoln.gateway("account", "mary", "--role", "sro")
    assert "account mary made, role sro" in made.stdout
    assert lincoln.gateway("account", "mary", "--role", "staff").returncode == 0
    listed = [line.split() for line in lincoln.gateway("account").stdout.splitlines()]
    assert listed == [["admin", "administrator"], ["mary", "staff"]]
    assert lincoln.gateway("account", "mary", "--remove").returncode == 0
    refused = lincoln.gateway("account", "admin", "--remove")
    assert refused.returncode == 1
    assert "last administrator" in refused.stderr


def test_a_relative_folder_of_init_is_where_init_was_asked_and_not_beside_the_settings() -> None:
    plan = BootstrapPlan(SiteId("lincoln"), "Lincoln", ("10.20.0.1",), Path("made"), Path("state"))
    assert f'path = "{Path.cwd()}/state/tocsin.db"' in plan.settings()


@pytest.mark.parametrize("name", ["gateway", "canary-a", "broker", "authority", "console"])
def test_the_gateway_s_own_services_cannot_be_revoked(lincoln: School, name: str) -> None:
    said = lincoln.gateway("revoke", name)
    assert said.returncode != 0
    assert "is a name of the gateway's own services" in said.stderr
    assert (lincoln.folder / "revoked").read_text() == ""


@pytest.mark.parametrize("command", ["enrol", "replace"])
def test_a_register_with_a_service_s_name_for_a_unit_shuts_nobody_out(
    made_by_init: School, command: str
) -> None:
    rooms = made_by_init.folder / "register/rooms.csv"
    rooms.write_text("room,name,building,floor,unit,cameras,x,y\n301,,,,gateway,,,\n")
    said = made_by_init.gateway(command, "301")
    assert said.returncode != 0
    assert "no unit may be called gateway" in said.stderr
    assert "gateway" not in (made_by_init.folder / "revoked").read_text()
