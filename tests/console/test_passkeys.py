"""A passkey as the second factor, in a real browser with an authenticator of its DevTools."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, Screen
from tests.console.named import NAME, NamedConsole
from tests.console.school import PASSWORD, ConsoleSchool, LoggedIn
from tests.console.test_account_page import enter, judged
from tests.passkeys import ANSWER, SEND, Authenticator, from_elsewhere
from tests.waiting import until

pytestmark = pytest.mark.browser

REFUSED = "SELECT text FROM event WHERE what = 'refused' AND by = ? ORDER BY rowid"


@pytest.fixture(scope="module")
def named(school: ConsoleSchool) -> Iterator[NamedConsole]:
    with closing(NamedConsole(school)) as console:
        yield console


@pytest.fixture(scope="module")
def trusting(named: NamedConsole) -> Iterator[Browser]:
    with named.browser() as found:
        yield found


@pytest.fixture(params=SCREENS, ids=str)
def screen(request: pytest.FixtureRequest) -> Screen:
    found: Screen = request.param
    return found


def opened(trusting: Browser, screen: Screen = SCREENS[1]) -> tuple[Page, Authenticator]:
    page = trusting.new_context(**screen.options).new_page()
    return page, Authenticator(page)


def with_passkey(page: Page, named: NamedConsole, name: str) -> None:
    enter(page, named.url, name)
    page.wait_for_url(f"{named.url}/")
    page.goto(f"{named.url}/account")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".recovery li")).to_have_count(10)


def enter_by_passkey(page: Page, named: NamedConsole, name: str) -> None:
    enter(page, named.url, name)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{named.url}/")


def test_a_passkey_is_set_up_logs_in_again_and_is_removed(
    trusting: Browser, screen: Screen, school: ConsoleSchool, named: NamedConsole
) -> None:
    name = f"key-{screen}"
    school.account(name, Role.STAFF)
    page, _ = opened(trusting, screen)
    with_passkey(page, named, name)
    expect(page.locator("#account .state")).to_contain_text("a passkey beside the password")
    judged(page, "passkey-on")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    enter(page, named.url, name)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    judged(page, "passkey-login")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{named.url}/")
    school.age_logins()
    page.goto(f"{named.url}/account")
    page.get_by_role("button", name="Remove the passkey").click()
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#account .state")).to_contain_text("Off")
    page.context.close()


# The books take the first five of an address in a minute one by one: no more are made here.
def refused(school: ConsoleSchool, name: str, words: str) -> None:
    until(lambda: any(words in text for (text,) in school.rows(REFUSED, name)))


def tries(page: Page, name: str, answer: str) -> int:
    fields = {"name": name, "password": PASSWORD, "passkey": answer}
    status: int = page.evaluate(SEND, ["/login", fields])
    return status


def test_h64_an_answer_that_was_used_or_changed_opens_nothing(
    trusting: Browser, school: ConsoleSchool, named: NamedConsole
) -> None:
    school.account("replay", Role.STAFF)
    page, _ = opened(trusting)
    with_passkey(page, named, "replay")
    answer = page.evaluate(ANSWER)
    assert tries(page, "replay", answer) == 204
    assert tries(page, "replay", answer) == 403
    refused(school, "replay", "used already")
    changed = json.loads(page.evaluate(ANSWER))
    changed["response"]["signature"] = changed["response"]["signature"][::-1]
    assert tries(page, "replay", json.dumps(changed)) == 403
    refused(school, "replay", "proves nothing")
    assert tries(page, "replay", from_elsewhere(page.evaluate(ANSWER), NAME)) == 403
    refused(school, "replay", "origin")
    page.context.close()


def test_h64_another_person_s_passkey_opens_nothing(
    trusting: Browser, school: ConsoleSchool, named: NamedConsole
) -> None:
    for name in ("mallory", "victim"):
        school.account(name, Role.STAFF)
    victim, _ = opened(trusting)
    with_passkey(victim, named, "victim")
    victim.context.close()
    page, _ = opened(trusting)
    with_passkey(page, named, "mallory")
    assert tries(page, "victim", page.evaluate(ANSWER)) == 403
    refused(school, "victim", "not this account's")
    page.context.close()


def test_h64_a_copied_key_that_counts_behind_opens_nothing(
    trusting: Browser, school: ConsoleSchool, named: NamedConsole
) -> None:
    school.account("copied", Role.STAFF)
    page, device = opened(trusting)
    with_passkey(page, named, "copied")
    (key,) = device.keys()
    device.put({**key, "signCount": 50})
    assert tries(page, "copied", page.evaluate(ANSWER)) == 204
    device.put({**key, "signCount": 3})
    assert tries(page, "copied", page.evaluate(ANSWER)) == 403
    refused(school, "copied", "count")
    page.context.close()


def test_h64_at_another_address_nothing_is_offered_nor_taken(school: ConsoleSchool) -> None:
    person = LoggedIn(school.console, "test-staff")
    assert person.account()["passkeys_at"] == ""
    assert person.post("/login/passkey", {}).status_code == 403
    assert person.post("/account/passkey/new", {}).status_code == 403
