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


def turn_on(person: LoggedIn, old: str = "") -> str:
    """Set up a second factor as a page does, by a code of the `old` one; returns its secret."""
    if old:
        given = {"password": PASSWORD, "code": old}
        assert person.post("/login/again", given).status_code == 204
    secret = str(person.post("/account/factor/new", {}).json()["secret"])
    given = {"code": code_of(secret, time.time() - 30.0)}
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
    secret = turn_on(person)
    other = LoggedIn(school.console, "changes", code=code_of(secret, time.time()))
    secret = turn_on(person, code_of(secret, time.time() + 30))
    assert other.get("/state").status_code == 401
    other = LoggedIn(school.console, "changes", code=code_of(secret, time.time()))
    assert person.post("/account/factor/remove", {}).status_code == 204
    assert other.get("/state").status_code == 401
    assert person.get("/state").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/account/factor/new", "/account/factor", "/account/factor/remove", "/account/recovery"],
)
def test_h50_a_session_just_opened_changes_no_second_factor_without_giving_it_once_more(
    school: ConsoleSchool, path: str
) -> None:
    name = path.replace("/", "-").strip("-")
    school.account(name, Role.SRO)
    person = LoggedIn(school.console, name)
    offered = person.post("/account/factor/new", {}).json()["secret"]
    given = {"code": code_of(offered, time.time() - 30)}
    codes = person.post("/account/factor", given).json()["recovery"]
    thief = LoggedIn(school.console, name, code=code_of(offered, time.time()))
    refused = thief.post(path, {"code": code_of(offered, time.time())})
    assert (refused.status_code, refused.headers["x-log-in-again"]) == (401, "password")
    assert thief.post("/login/again", {"password": PASSWORD}).status_code == 401
    assert thief.post(path, {}).status_code == 401
    again = {"password": PASSWORD, "code": codes[0]}
    assert thief.post("/login/again", again).status_code == 204
    assert thief.post(path, {}).status_code != 401


def test_h50_what_was_never_set_up_is_not_turned_off(school: ConsoleSchool) -> None:
    school.account("never", Role.SRO)
    assert LoggedIn(school.console, "never").post("/account/factor/remove", {}).status_code == 409
