"""A named person closes an incident on its page: as what it was, and with a note."""

import pytest
from playwright.sync_api import Browser, expect

from gateway.config.roles import Role
from tests.accessibility import judge
from tests.console.school import ConsoleSchool, logged_in
from tests.waiting import patience, until

pytestmark = pytest.mark.browser

LONG = 20_000


def test_an_incident_is_closed_as_what_it_was_and_both_sides_read_it(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.press("204")
    incident = school.incident()
    page = logged_in(browser.new_context().new_page(), school, Role.SRO)
    page.goto(f"{school.console}/incidents/{incident}/")
    page.on("dialog", lambda dialog: dialog.accept())
    expect(page.locator("#disposition")).to_have_value("unknown")
    page.get_by_label("It was").select_option("false")
    page.locator("#note").fill("a bag against the button")
    judge(page)
    page.get_by_role("button", name="Close the incident").click()
    closed = "This incident is closed: a false alarm"
    expect(page.locator("#standing")).to_have_text(closed, timeout=patience(1) * LONG)
    expect(page.locator("#timeline")).to_contain_text("a bag against the button")
    told = until(lambda: school.told(incident)["status"] == "closed" and school.told(incident))
    assert told
    assert told["was"] == "a false alarm"
    page.goto(school.console)
    expect(page.locator("#over .row").first).to_contain_text("closed: a false alarm")
    page.context.close()
