"""`scripts/screenshots`: plays an incident on a simulated school, takes pictures of each page."""

import io
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.config.roles import Role
from gateway.trust.accounts import open_accounts
from tests.chromium import chromium
from tests.console.school import PASSWORD, ConsoleSchool, console_school, hang
from tests.console.units import units_school
from tests.waiting import patience, until

# What moves would be caught in the middle.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
DESKTOP: dict[str, Any] = {**STILL, "viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    **STILL,
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NIGHT: dict[str, Any] = {**DESKTOP, "color_scheme": "dark"}
QUALITY = 72


def take(page: Page, path: Path, full: bool = False) -> None:
    """Write what a page shows as WebP."""
    image = Image.open(io.BytesIO(page.screenshot(full_page=full)))
    image.save(path.with_suffix(".webp"), "WEBP", quality=QUALITY, method=6)
    print(path.with_suffix(".webp"))


def log_in(context: BrowserContext, school: ConsoleSchool, name: str) -> Page:
    page = context.new_page()
    page.goto(f"{school.console}/login")
    enter(page, f"{school.console}/", name)
    return page


def enter(page: Page, home: str, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(home)


def open_live(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(page.locator("body")).to_have_attribute("data-link", "up")
    expect(page.locator(".camera[data-state=live]").first).to_be_visible()
    return page


def play(school: ConsoleSchool, browser: Browser, folder: Path) -> None:
    """An incident: two rooms, an officer, a dispatcher, words both ways."""
    assert school.settings.accounts
    people = open_accounts(school.settings.accounts.path)
    people.add("m.ortega", Role.SRO, PASSWORD)
    people.add("a.lindqvist", Role.ADMINISTRATOR, PASSWORD)
    people.close()
    administrator = log_in(browser.new_context(**DESKTOP), school, "a.lindqvist")
    administrator.get_by_role("link", name="Plan").click()
    for camera, x, y in (
        ("hall-2", 37, 46),
        ("entrance", 50, 74),
        ("gym", 8, 18),
        ("cafeteria", 88, 18),
    ):
        hang(administrator, camera, x, y)
    administrator.get_by_role("button", name="Save").click()
    expect(administrator.locator("#outcome")).to_have_text("Saved")
    school.press("204")
    officer = open_live(browser.new_context(**DESKTOP), school.live_url())
    until(lambda: officer.locator(".shot").count() >= 3, within=20)
    school.press("206")
    expect(officer.locator("#newest")).to_have_text("206")
    take(officer, folder / "incident-new")

    police = re.search(r"The police's page: +(http://[^/]+)", school.running.said)
    assert police
    dispatcher = browser.new_context(**DESKTOP).new_page()
    dispatcher.goto(police[1])
    expect(dispatcher.locator(".answer .standing")).to_contain_text("Nobody")
    take(dispatcher, folder / "police-waiting")

    for what, text in (("acknowledge", ""), ("message", "Which door is open?"), ("dispatched", "")):
        answer(officer, what, text)
    sro = log_in(browser.new_context(**DESKTOP), school, "m.ortega")
    expect(sro.locator("#open .row")).to_have_count(1)
    take(sro, folder / "console-incidents")
    sro.locator("#open .row").click()
    sro.get_by_label("Message").fill("The north door. Rooms 204 and 206 are locked.")
    sro.get_by_role("button", name="Send").click()
    expect(officer.locator("#timeline")).to_contain_text("The north door")
    officer.get_by_role("button", name="gym").click()
    until(lambda: officer.locator(".camera[data-state=live]").count() == 2)
    officer.locator("#marking summary").click()
    officer.locator("#mark-room").select_option("206")
    officer.get_by_role("button", name="Put the mark").click()
    expect(officer.locator("#marks li")).to_have_count(1)
    officer.locator("#marking summary").click()
    officer.evaluate("scrollTo(0, 0)")
    take(officer, folder / "incident")
    take(sro, folder / "incident-school", full=True)
    night = open_live(browser.new_context(**NIGHT), school.live_url())
    take(night, folder / "incident-night")
    phone = open_live(browser.new_context(**PHONE), school.live_url())
    take(phone, folder / "incident-phone", full=True)
    dark = open_live(browser.new_context(**{**PHONE, "color_scheme": "dark"}), school.live_url())
    take(dark, folder / "incident-phone-night")
    expect(dispatcher.locator(".answer .standing")).not_to_contain_text(
        "Nobody", timeout=patience(10000)
    )
    take(dispatcher, folder / "police")
    administrator.evaluate("scrollTo(0, 0)")  # else the bar that stays would stand in the plan
    administrator.reload()
    take(administrator, folder / "console-plan", full=True)
    login = browser.new_context(**DESKTOP).new_page()
    login.goto(f"{school.console}/login")
    take(login, folder / "console-login")


def show_units(browser: Browser, folder: Path) -> None:
    """A school of simulated units, two of them not well."""
    with TemporaryDirectory() as name, units_school(Path(name), rooms=40, presses=4) as school:
        school.troubles.update({"103": ("stuck-button",), "112": ("under-voltage",)})
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{school.url}/login")
        enter(page, f"{school.url}/", "test-sro")
        page.get_by_role("link", name="Units").click()
        expect(page.locator("#rooms tr[data-reach=no]")).to_have_count(1, timeout=patience(15000))
        take(page, folder / "console-units")


def answer(page: Page, what: str, text: str) -> None:
    page.get_by_label("Your name").fill("Ofc. Rivera")
    page.get_by_label("Unit").fill("Unit 12")
    if what == "message":
        page.get_by_label("Message").fill(text)
        page.get_by_role("button", name="Send").click()
    else:
        page.locator(f"[data-what={what}]").click()
    expect(page.locator("#outcome")).to_have_text("Sent")


if __name__ == "__main__":
    with console_school() as running, chromium() as found:
        play(running, found, Path(sys.argv[1]))
        show_units(found, Path(sys.argv[1]))
