"""One's own account: sessions, and a second factor set up with an app's code, in a real browser."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, judge
from tests.console.school import PASSWORD, ConsoleSchool, LoggedIn, OwnConsole
from tests.service.login import code_of

pytestmark = pytest.mark.browser

Open = Callable[[], Page]


@pytest.fixture(params=SCREENS, ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    context = browser.new_context(**request.param.options)
    yield context.new_page
    context.close()


def enter(page: Page, url: str, name: str, code: str = "") -> None:
    page.goto(f"{url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    if code:
        page.get_by_label("Code").fill(code)
        judged(page, "login-code")
        page.get_by_role("button", name="Log in").click()


def judged(page: Page, name: str) -> None:
    """axe finds nothing; with SHOTS in the environment a picture is kept to be looked at."""
    judge(page)
    if folder := os.environ.get("SHOTS"):
        size = page.viewport_size
        assert size
        page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)


def test_a_second_factor_is_set_up_used_and_turned_off(
    opened: Open, school: ConsoleSchool, request: pytest.FixtureRequest
) -> None:
    page, name = opened(), f"factor-{request.node.callspec.id}"
    school.account(name, Role.STAFF)
    enter(page, school.console, name)
    page.get_by_role("link", name=name).click()
    expect(page.locator("#account .state")).to_contain_text("Off")
    judged(page, "account-off")
    page.get_by_role("button", name="Set up").click()
    secret = page.locator(".offer .secret").inner_text().replace(" ", "")
    expect(page.locator(".offer img")).to_be_visible()
    judged(page, "account-offer")
    page.get_by_label("Code that").fill(code_of(secret, time.time()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    recovery = page.locator(".recovery li").first.inner_text()
    expect(page.locator("#account .state")).to_contain_text("10 recovery codes left")
    judged(page, "account-on")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    enter(page, school.console, name, code_of(secret, time.time() + 30))
    page.wait_for_url(f"{school.console}/")
    page.goto(f"{school.console}/account")
    page.get_by_role("button", name="Turn off").click()
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_label("Code").fill(recovery)
    dialog.get_by_role("button", name="Go on").click()
    expect(page.locator("#account .state")).to_contain_text("Off")


def test_other_sessions_are_listed_and_ended(opened: Open, school: ConsoleSchool) -> None:
    page = opened()
    enter(page, school.console, "test-viewer")
    other = LoggedIn(school.console, "test-viewer")
    page.goto(f"{school.console}/account")
    expect(page.locator(".sessions li")).not_to_have_count(1)
    judged(page, "account-sessions")
    page.get_by_role("button", name="End all others").click()
    expect(page.locator(".sessions li")).to_have_count(1)
    assert other.get("/state").status_code == 401
    page.goto(f"{school.console}/")
    expect(page.get_by_role("link", name="test-viewer")).to_be_visible()


def test_closing_an_incident_hours_later_asks_for_the_password_once(
    opened: Open, school: ConsoleSchool
) -> None:
    school.press("204")
    page = opened()
    enter(page, school.console, "test-sro")
    page.wait_for_url(f"{school.console}/")
    page.goto(f"{school.console}/incidents/{school.incident()}/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="I have this").click()
    expect(page.locator("#standing")).to_contain_text("test-sro")
    school.age_logins()
    page.get_by_role("button", name="Close the incident").click()
    dialog = page.get_by_role("dialog", name="Log in again")
    judged(page, "again")
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Wrong")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(page.locator("#outcome")).to_have_text("Sent")
    expect(page.locator("body")).to_have_attribute("data-open", "false")


def test_a_role_that_needs_a_second_factor_sees_nothing_before_it_has_one(
    opened: Open, school: ConsoleSchool, request: pytest.FixtureRequest
) -> None:
    name = f"limited-{request.node.callspec.id}"
    school.account(name, Role.VIEWER)
    with closing(OwnConsole(school, with_codes="viewer")) as own:
        page = opened()
        enter(page, own.url, name)
        expect(page.get_by_text("Your role needs a second factor")).to_be_visible()
        judged(page, "limited")
        assert page.request.get(f"{own.url}/state").status == 403
        page.get_by_role("button", name="Set up").click()
        secret = page.locator(".offer .secret").inner_text().replace(" ", "")
        page.get_by_label("Code that").fill(code_of(secret, time.time()))
        page.get_by_role("button", name="Turn on").click()
        page.get_by_role("link", name="All incidents").click()
        page.wait_for_url(f"{own.url}/")
