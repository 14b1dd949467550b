"""axe-core finds nothing on any page of the console in any state, and nothing is cut off."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, judge
from tests.console.school import ConsoleSchool, hang, logged_in
from tests.waiting import until

pytestmark = pytest.mark.browser

Open = Callable[[], Page]


@pytest.fixture(params=SCREENS, ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    """Opens a page of a browser of its own, on one of the screens."""
    context = browser.new_context(**request.param.options)
    yield context.new_page
    context.close()


@contextmanager
def halted(school: ConsoleSchool, word: str) -> Iterator[None]:
    """A process of the school that does not turn any more, as behind a dead cable."""
    for child in school.running.children():
        if f"\0{word}\0" in Path(f"/proc/{child}/cmdline").read_text():
            os.kill(child, signal.SIGSTOP)
            try:
                yield
            finally:
                os.kill(child, signal.SIGCONT)
            return
    pytest.fail(f"no process of the school does {word}")


def test_the_login(opened: Open, school: ConsoleSchool) -> None:
    page = opened()
    page.goto(f"{school.console}/login")
    judge(page)
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Wrong name")
    judge(page)


def test_the_plan_before_and_after_cameras_were_placed(opened: Open, school: ConsoleSchool) -> None:
    page = logged_in(opened(), school, Role.ADMINISTRATOR)
    page.goto(f"{school.console}/plan")
    judge(page)
    hang(page, "gym", 40, 50)
    judge(page)


def test_an_incident_by_its_link_from_the_press_to_its_end(
    opened: Open, school: ConsoleSchool
) -> None:
    school.press("204")
    page = opened()
    page.goto(school.live_url())
    expect(page.locator(".camera[data-state=live]").first).to_be_visible(timeout=10_000)
    expect(page.locator(".shot").first).to_be_visible(timeout=10_000)
    judge(page)
    page.get_by_label("Your name").fill("Officer Day")
    page.locator("[data-what=all-clear]").click()
    judge(page)
    page.locator("[data-what=all-clear]").click()
    page.get_by_label("Message").fill("Which door is open?")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline .message")).to_be_visible()
    judge(page)
    page.locator(".shot").first.click()
    judge(page)
    page.keyboard.press("Escape")
    school.close()
    expect(page.locator("#standing")).to_have_text("This incident is closed: not known what it was")
    judge(page)


def test_an_incident_whose_connection_is_lost(opened: Open, school: ConsoleSchool) -> None:
    school.press("204")
    page = opened()
    page.goto(school.live_url())
    expect(page.locator(".camera[data-state=live]").first).to_be_visible(timeout=10_000)
    with halted(school, "console"):
        expect(page.locator("#lost")).to_contain_text("Connection lost", timeout=10_000)
        expect(page.locator(".camera[data-state=late]").first).to_be_visible(timeout=10_000)
        judge(page)
        expect(page.locator(".camera[data-state=dead]").first).to_be_visible(timeout=12_000)
        judge(page)
    school.close()


def test_an_incident_with_an_account_and_the_list_of_all(
    opened: Open, school: ConsoleSchool
) -> None:
    school.press("205")
    page = logged_in(opened(), school, Role.ADMINISTRATOR)
    row = page.locator("#open .row").first
    expect(row).to_be_visible()
    judge(page)
    row.click()
    expect(page.locator("body")).to_have_attribute("data-link", "up")
    page.locator("#books summary").click()
    judge(page)
    school.close()
    page.goto(school.console)
    expect(page.locator("#over .row").first).to_be_visible()
    judge(page)


def test_the_console_says_when_the_gateway_gives_no_sign_of_life(
    opened: Open, school: ConsoleSchool
) -> None:
    page = logged_in(opened(), school, Role.VIEWER)
    expect(page.locator("#calm")).to_have_text("No alert is open.")
    with halted(school, "run"):
        expect(page.locator("#dead-words")).to_contain_text("no sign of life", timeout=12_000)
        expect(page.locator("#calm")).to_be_hidden()
        judge(page)
    expect(page.locator("#calm")).to_be_visible(timeout=8_000)
    until(lambda: not school.rows("SELECT 1 FROM incident WHERE status = 'active'"))


@contextmanager
def locked(school: ConsoleSchool) -> Iterator[None]:
    """The store takes nothing: somebody else writes to it, and does not come to an end."""
    with closing(sqlite3.connect(school.settings.store.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


def test_the_console_says_when_an_alert_could_not_be_written_down(
    opened: Open, school: ConsoleSchool
) -> None:
    page = logged_in(opened(), school, Role.VIEWER)
    expect(page.locator("#calm")).to_have_text("No alert is open.")
    with locked(school):
        school.press("204")
        expect(page.locator("#unstored")).to_contain_text("cannot write", timeout=10_000)
        expect(page.locator("#calm")).to_be_hidden()
        expect(page.locator("#no-trouble")).to_be_empty()
        until(school.reported)
        judge(page)
    expect(page.locator("#open .row").first).to_be_visible(timeout=15_000)
    expect(page.locator("#unstored")).to_be_hidden()
    school.close()
