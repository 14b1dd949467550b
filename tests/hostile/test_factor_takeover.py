"""H50: who has a password, and a session that began before the second factor did."""

import time
from collections.abc import Iterator

import pytest
import requests

from gateway.config.roles import Role
from tests.console.school import PASSWORD, ConsoleSchool, LoggedIn, console_school
from tests.service.login import code_of


@pytest.fixture(scope="module")
def school() -> Iterator[ConsoleSchool]:
    with console_school() as running:
        yield running


def turn_on(person: LoggedIn, ago: float = 30.0) -> str:
    """Set up a second factor as a page does; returns its secret."""
    secret = str(person.post("/account/factor/new", {}).json()["secret"])
    given = {"code": code_of(secret, time.time() - ago)}
    assert person.post("/account/factor", given).status_code == 200
    return secret


def entered(school: ConsoleSchool, name: str, code: str) -> int:
    given = {"name": name, "password": PASSWORD, "code": code}
    headers = {"origin": school.console}
    return requests.post(f"{school.console}/login", json=given, headers=headers).status_code


def test_h50_a_session_by_password_alone_gets_hold_of_no_second_factor(
    school: ConsoleSchool,
) -> None:
    school.account("taken", Role.SRO)
    thief, person = (LoggedIn(school.console, "taken") for _ in range(2))
    assert thief.get("/state").status_code == 200
    secret = turn_on(person)
    for path in (
        "/account/recovery", "/account/factor/new", "/account/factor", "/account/factor/remove",
        "/account/sessions", "/login/again",
    ):  # fmt: skip
        given = {"password": PASSWORD, "code": "000000"}
        assert thief.post(path, given).status_code == 401, path
    assert thief.get("/account/state").status_code == thief.get("/state").status_code == 401
    assert person.get("/state").status_code == 200
    assert entered(school, "taken", "") == 401
    assert entered(school, "taken", code_of(secret, time.time())) == 204


def test_h50_a_second_factor_that_changes_ends_every_other_session(school: ConsoleSchool) -> None:
    school.account("changes", Role.SRO)
    person = LoggedIn(school.console, "changes")
    code = code_of(turn_on(person), time.time())
    other = LoggedIn(school.console, "changes", code=code)
    code = code_of(turn_on(person), time.time())
    assert other.get("/state").status_code == 401
    other = LoggedIn(school.console, "changes", code=code)
    assert person.post("/account/factor/remove", {}).status_code == 204
    assert other.get("/state").status_code == 401
    assert person.get("/state").status_code == 200


def test_h50_what_was_never_set_up_is_not_turned_off(school: ConsoleSchool) -> None:
    school.account("never", Role.SRO)
    assert LoggedIn(school.console, "never").post("/account/factor/remove", {}).status_code == 409
