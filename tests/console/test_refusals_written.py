"""Whatever the console, a live link or the receiver refuses a person stands in books and log."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import requests

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool, LoggedIn, console_school
from tests.waiting import patience, until

Ask = Callable[[ConsoleSchool], int]
STRANGE = {"origin": "http://evil.example"}
SQL = "SELECT by, text FROM event WHERE what = 'refused' AND rowid > ?"


@pytest.fixture(scope="module")
def school() -> Iterator[ConsoleSchool]:
    with console_school() as running:
        running.press("204")
        running.live_url()
        yield running


def sent(url: str, body: dict[str, Any], **headers: str) -> int:
    return requests.post(url, json=body, headers=headers, timeout=patience(5)).status_code


def by_link(path: str, body: dict[str, Any]) -> Ask:
    return lambda school: sent(f"{school.live_url()}{path}", body, origin=school.console)


def by_stranger(path: str, body: dict[str, Any]) -> Ask:
    return lambda school: sent(f"{school.console}{path}", body, origin=school.console)


def by(role: Role, path: str, body: dict[str, Any], **headers: str) -> Ask:
    def ask(school: ConsoleSchool) -> int:
        at = path.replace("{incident}", school.incident())
        return LoggedIn(school.console, f"test-{role.value}").post(at, body, **headers).status_code

    return ask


def with_a_changed_link(school: ConsoleSchool) -> int:
    link = school.live_url()
    wrong = f"{link[:-2]}{'A' if link[-2] != 'A' else 'B'}/"
    return requests.get(wrong, timeout=patience(5)).status_code


def from_another_site(school: ConsoleSchool) -> int:
    return sent(f"{school.console}/login", {"name": "test-sro"}, **STRANGE)


REFUSED: dict[str, tuple[Ask, str, str]] = {
    "a wrong password": (
        by_stranger("/login", {"name": "test-sro", "password": "wrong"}),
        "test-sro",
        "wrong password",
    ),
    "a change from another site": (from_another_site, "somebody", "POST /login (403)"),
    "a body that is too long": (
        by(Role.SRO, "/incidents/{incident}/act", {"text": "x" * 200_000}),
        "somebody",
        "/act (413)",
    ),
    "a change without token": (
        by(Role.SRO, "/incidents/{incident}/act", {"what": "message"}, **{"x-csrf-token": ""}),
        "test-sro",
        "without the word of a page",
    ),
    "a right that a role has not": (
        by(Role.VIEWER, "/incidents/{incident}/act", {"what": "cancel"}),
        "test-viewer",
        "wanted to cancel",
    ),
    "a link that was changed": (with_a_changed_link, "somebody", "GET /live/…/ (403)"),
    "what a link may not do": (by_link("act", {"what": "close", "name": "Day"}), "Day", "close"),
    "a wrong code at setting up": (
        by(Role.STAFF, "/account/factor", {"code": "000000"}),
        "test-staff",
        "set up: wrong code",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_in_the_books_and_in_the_log(school: ConsoleSchool, case: str) -> None:
    ask, who, words = REFUSED[case]
    newest = school.rows("SELECT coalesce(max(rowid), 0) FROM event")[0][0]
    assert ask(school) in (403, 413, 429)

    def written() -> list[tuple[str, str]]:
        rows = school.rows(SQL, newest)
        return [row for row in rows if row[0].startswith(who) and words in row[1]]

    assert len(until(written) or []) == 1
    assert until(partial(_is_logged, school, words))


def _is_logged(school: ConsoleSchool, words: str) -> bool:
    lines = (school.folder / "console.log").read_text().splitlines()
    return any("refused: " in line and words in line for line in lines)
