"""H48 to H51: who guesses, who has read a code, who finds a screen; at the school's console."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests

from gateway.config.roles import Role
from service.throttle import FREE
from tests.console.school import PASSWORD, ConsoleSchool, LoggedIn, OwnConsole, console_school
from tests.service.login import code_of
from tests.waiting import patience, until


@pytest.fixture(scope="module")
def school() -> Iterator[ConsoleSchool]:
    with console_school() as running:
        running.press("204")
        yield running


def guess(url: str, name: str, password: str, start: threading.Barrier | None = None) -> int:
    fields = {"name": name, "password": password}
    if start:
        start.wait(patience(30))
    return requests.post(
        f"{url}/login", json=fields, headers={"origin": url}, timeout=patience(30)
    ).status_code


def test_h48_of_400_guesses_at_once_ten_are_checked_and_nobody_who_is_logged_in_waits(
    school: ConsoleSchool,
) -> None:
    with closing(OwnConsole(school)) as own, ThreadPoolExecutor(100) as pool:
        here = own.logged_in(Role.ADMINISTRATOR)
        start = threading.Barrier(100)
        answers = [pool.submit(guess, own.url, "test-sro", f"guess {n}", start) for n in range(400)]
        slowest = 0.0
        while not all(each.done() for each in answers):
            began = time.monotonic()
            assert here.get("/").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
        found = [each.result() for each in answers]
        assert slowest < patience(2)
        assert found.count(403) <= FREE + 2  # the first waits may be over by then
        assert found.count(403) + found.count(429) == 400
        # Who has logged in here before is not kept out by guesses from the same address.
        assert here.post("/login", {"name": "test-administrator", "password": PASSWORD}).ok


def test_h49_each_refusal_is_in_the_books_or_counted_there_and_no_password_is(
    school: ConsoleSchool,
) -> None:
    with closing(OwnConsole(school)) as own:
        secret = "my-own-password-\x1b[31m"
        for name in ("test-staff", secret):
            assert guess(own.url, name, f"{secret}{name}") in (403, 429)
        sql = "SELECT by, text FROM event WHERE what = 'refused' AND text LIKE 'login: wrong%'"
        until(lambda: len(school.rows(sql)) >= 2)
        assert {by for by, _ in school.rows(sql)} >= {"test-staff", "somebody without account"}
        sro = own.logged_in(Role.SRO)
        sro.session.headers["x-csrf-token"] = "somebody else's"
        assert sro.post("/account/sessions", {}).status_code == 403
        told = "by = 'test-sro' AND text LIKE 'a change of /account/sessions without%'"
        until(lambda: school.rows(f"SELECT 1 FROM event WHERE what = 'refused' AND {told}"))
        log = (school.folder / "console-own.log").read_text()
        assert re.search(r"refused: test-staff: login: wrong password, from 127\.0\.0\.1", log)
    assert not school.rows("SELECT 1 FROM event WHERE by LIKE 'my-own%' OR text LIKE '%my-own%'")
    assert "my-own" not in log
    assert "\x1b" not in log


def test_h50_a_code_that_somebody_read_and_sends_again_opens_nothing(
    school: ConsoleSchool,
) -> None:
    school.account("codes", Role.SRO)
    first = LoggedIn(school.console, "codes")
    secret = first.post("/account/factor/new", {}).json()["secret"]
    before = code_of(secret, time.time())
    assert len(first.post("/account/factor", {"code": before}).json()["recovery"]) == 10
    code = code_of(secret, time.time() + 30)
    again = {"name": "codes", "password": PASSWORD, "code": code}
    headers = {"origin": school.console}
    statuses = [
        requests.post(f"{school.console}/login", json=fields, headers=headers).status_code
        for fields in (again, again, {**again, "code": before}, {**again, "code": ""})
    ]
    assert statuses == [204, 403, 403, 401]


def test_h50_a_role_that_needs_a_code_does_nothing_by_password_alone(
    school: ConsoleSchool,
) -> None:
    with closing(OwnConsole(school, with_codes="sro")) as own:
        sro = own.logged_in(Role.SRO)
        incident = f"/incidents/{school.incident()}"
        for path in ("/state", "/plan", f"{incident}/", f"{incident}/news"):
            assert sro.get(path).status_code == 403
        assert sro.post(f"{incident}/act", {"what": "close"}).status_code == 403
        assert own.logged_in(Role.STAFF).get("/state").status_code == 200


def test_h51_a_session_outlives_a_killed_console_and_no_screen_left_open_closes_an_incident(
    school: ConsoleSchool,
) -> None:
    with closing(OwnConsole(school)) as own:
        sro = own.logged_in(Role.SRO)
        own.kill()
        own.start()
        assert sro.get("/state").status_code == 200
        school.age_logins()
        incident = f"/incidents/{school.incident()}"
        assert sro.post(f"{incident}/act", {"what": "acknowledge"}).status_code == 204
        for path, fields in (
            ("act", {"what": "close"}),
            ("act", {"what": "withdraw-link"}),
            ("export", {"reason": "x"}),
        ):
            asked = sro.post(f"{incident}/{path}", fields)
            assert (asked.status_code, "x-log-in-again" in asked.headers) == (401, True)
        assert sro.post("/login/again", {"password": "wrong"}).status_code == 403
        assert sro.post("/login/again", {"password": PASSWORD}).status_code == 204
        assert sro.post(f"{incident}/act", {"what": "close"}).status_code == 204


def test_h51_a_session_that_its_person_ended_elsewhere_opens_nothing(school: ConsoleSchool) -> None:
    lost, here = school.log_in(Role.STAFF), school.log_in(Role.STAFF)
    assert here.post("/account/sessions", {}).status_code == 204
    assert (lost.get("/state").status_code, here.get("/state").status_code) == (401, 200)
