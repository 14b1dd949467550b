"""A walk test on the console: loud on every page, ticked off, ended, and its record printed."""

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, judge
from tests.console.school import ConsoleSchool, logged_in
from tests.waiting import patience, until

pytestmark = pytest.mark.browser

LONG = 20_000


def wait() -> float:
    return patience(1) * LONG


def opened(browser: Browser, school: ConsoleSchool, role: Role = Role.ADMINISTRATOR) -> Page:
    page = logged_in(browser.new_context().new_page(), school, role)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{school.console}/walk-test")
    return page


def test_an_installer_walks_through_the_school_and_somebody_says_that_it_is_real(
    school: ConsoleSchool, browser: Browser
) -> None:
    page = opened(browser, school)
    page.get_by_role("button", name="Start the walk test").click()
    expect(page.locator("#words")).to_contain_text("ends by itself", timeout=wait())
    school.press("204")
    expect(page.locator("#newest")).to_have_text("204", timeout=wait())
    expect(page.locator("#units li[data-state=answered]")).to_contain_text("204", timeout=wait())
    assert school.reported() == {}
    for screen in SCREENS:
        page.set_viewport_size(screen.options["viewport"])
        judge(page)
    for path in ("/", "/plan", "/account"):
        page.goto(f"{school.console}{path}")
        expect(page.locator(".rehearsal").first).to_contain_text("WALK TEST", timeout=wait())
    page.goto(f"{school.console}/")
    expect(page.locator("#open .row")).to_have_count(0)
    expect(page.locator("#rehearsed .row")).to_contain_text("204", timeout=wait())
    judge(page)
    page.goto(f"{school.console}/walk-test")
    page.get_by_role("button", name="REAL EMERGENCY").click()
    assert until(lambda: school.reported().get("mode") == "live")
    expect(page.locator("#words")).to_contain_text("is over", timeout=wait())
    page.get_by_role("link", name="Record for print").click()
    expect(page.get_by_role("heading")).to_contain_text("Walk test of")
    expect(page.locator("dl")).to_contain_text("test-administrator")
    judge(page)
    page.context.close()


def test_staff_may_end_one_and_start_none(school: ConsoleSchool, browser: Browser) -> None:
    page = opened(browser, school, Role.STAFF)
    expect(page.locator("#starting")).to_contain_text("may not start one")
    page.context.close()
