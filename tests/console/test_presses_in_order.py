"""204, then 105, then 204 again: somebody moves, and every page shows the way at a glance."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool
from tests.waiting import patience, until

pytestmark = pytest.mark.browser

SOLID = "the lamp reads: solid"
ORDER = ["204", "105", "204"]


@pytest.fixture
def moved(school: ConsoleSchool) -> Iterator[ConsoleSchool]:
    """A school where each press was reported before the next one."""
    before = len(school.running.said)
    for number, room in enumerate(ORDER, 1):
        # As a person does who waits for the lamp: a button that is still down counts nothing.
        until(partial(walls_say, school, before, set(ORDER[: number - 1]), SOLID), within=15)
        school.press(room)
        until(partial(is_reported, school, number))
    yield school
    school.close()
    # A press before its unit hears of the end would still count on the alert that is over.
    until(partial(walls_say, school, before, set(ORDER), "the lamp reads: off"), within=15)


def walls_say(school: ConsoleSchool, before: int, rooms: set[str], words: str) -> bool:
    """Each of these rooms has said so since."""
    said = school.running.said[before:]
    return all(f"room {room}  {words}" in said for room in rooms)


def is_reported(school: ConsoleSchool, presses: int) -> bool:
    """The police know of so many presses."""
    rooms = school.reported().get("rooms", [])
    return presses == sum(int(room["presses"]) for room in rooms)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page()
    yield found
    found.close()


def test_the_officers_page_leads_with_the_room_that_was_pressed_last(
    moved: ConsoleSchool, page: Page
) -> None:
    page.goto(moved.live_url())
    expect(page.locator("#newest")).to_have_text("204")
    expect(page.locator("#trail li b")).to_have_text(ORDER)
    expect(page.locator("#rooms li b")).to_have_text(["204", "105"])
    expect(page.locator("#rooms li").first).to_contain_text("2 presses: ")
    expect(page.locator("#timeline .press b")).to_have_text(
        ["Room 204 pressed again", "Room 105 pressed", "Room 204 pressed"]
    )


def test_the_plan_shows_the_order_and_the_age_of_the_last_press_of_a_room(
    moved: ConsoleSchool, page: Page
) -> None:
    page.goto(moved.live_url())
    expect(page.locator(".marker.newest")).to_have_text("2204")
    expect(page.locator(".marker.newest")).to_have_attribute("data-age", re.compile(r"\d+ s"))
    expect(page.get_by_role("img", name="Room 204, last pressed at")).to_have_accessible_name(
        re.compile(r"as number 2, 2 presses$")
    )
    expect(page.get_by_role("img", name="Room 105, last pressed at")).to_have_accessible_name(
        re.compile(r"as number 1$")
    )


def test_a_further_press_is_spoken(moved: ConsoleSchool, page: Page) -> None:
    page.goto(moved.live_url())
    expect(page.locator("#said")).to_contain_text("Pressed again: room 204")
    moved.press("105")
    expect(page.locator("#said")).to_contain_text(
        re.compile("Pressed again: room 105, .*, 2 presses"), timeout=patience(5000)
    )


def test_the_dispatchers_page_shows_the_way_and_the_times(moved: ConsoleSchool, page: Page) -> None:
    page.goto(moved.police)
    expect(page.locator("#incidents .trail li b")).to_have_text(ORDER)
    expect(page.locator("#incidents .where")).to_have_text(["204", "105"])
    expect(page.locator("#incidents .notes").first).to_contain_text("2 presses: ")
    expect(page.locator("#said")).to_contain_text("room 204 pressed again, 2 presses")


def test_the_export_holds_each_press(moved: ConsoleSchool) -> None:
    sro, reason = moved.log_in(Role.SRO), {"reason": "for the county's inquiry"}
    answer = sro.post(f"/incidents/{moved.incident()}/export", reason)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    rows = list(csv.DictReader(io.StringIO(archive.read("presses.csv").decode("utf-8-sig"))))
    presses = [(row["room"], row["press"]) for row in rows]
    assert presses == [("204", "1"), ("105", "1"), ("204", "2")]
    assert sorted(row["pressed_at"] for row in rows) == [row["pressed_at"] for row in rows]
