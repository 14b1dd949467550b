"""Nobody outside has an alert, and the school's SRO answers it: what pages and lamp show."""

from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import judge
from tests.console.school import ConsoleSchool, logged_in
from tests.waiting import patience

pytestmark = pytest.mark.browser

LONG = 45_000
ROOM = "207"


def answered_by_the_sro(browser: Browser, school: ConsoleSchool) -> Page:
    """The page of the newest incident, on which the school's SRO has it."""
    page = logged_in(browser.new_context().new_page(), school, Role.SRO)
    page.locator("#open .row").first.click()
    page.get_by_role("button", name="I have this").click()
    return page


def test_the_school_s_answer_hides_nothing_and_the_police_still_have_to_take_it(
    school: ConsoleSchool, browser: Browser
) -> None:
    with closing(browser.new_page()) as wall:
        wall.goto(school.page)
        wall.get_by_role("button", name="Pull the receiver's plug").click()
        expect(wall.locator("#no-power")).to_contain_text("The receiver has no power")
        school.press(ROOM)
        lamp = wall.locator(f"[data-room='{ROOM}']")
        expect(lamp).to_have_attribute("data-sign", "NOT DELIVERED", timeout=patience(1) * LONG)
        page = answered_by_the_sro(browser, school)
        sign = "NOT DELIVERED, answered"
        expect(lamp).to_have_attribute("data-sign", sign, timeout=patience(1) * LONG)
        expect(page.locator("#standing")).to_have_text("test-sro, at the school, has this")
        expect(page.locator("#delivery")).to_contain_text("NOT DELIVERED, call 911")
        expect(page.locator("#delivery")).to_contain_text("county-911 does not have it")
        judge(page)
        overview = page.context.new_page()
        overview.goto(school.console)
        expect(overview.locator("#open .row").first).to_contain_text("county-911 does not have it")
        judge(overview)
        wall.get_by_role("button", name="Put the plug in again").click()
        expect(lamp).to_have_attribute("data-sign", "long gap", timeout=patience(1) * LONG)
        expect(page.locator("#delivery")).to_contain_text("county-911 has it since")
        standing = wall.frame_locator("#police").locator(".standing").first
        expect(standing).to_contain_text("Nobody has taken this", timeout=patience(1) * LONG)
        expect(standing).to_contain_text("at the school, test-sro: acknowledged")
        page.context.close()
