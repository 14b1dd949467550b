"""A threat moves: who sees it marks the plan, and every page and the police have it at once."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, Screen, judge
from tests.console.school import ConsoleSchool, LoggedIn, logged_in
from tests.waiting import patience, until

pytestmark = pytest.mark.browser

MARKS = "#marks li"
HOSTILE = "<img src=x onerror=document.title='owned'>"


@pytest.fixture
def pressed(school: ConsoleSchool) -> Iterator[ConsoleSchool]:
    school.press("204")
    school.live_url()
    yield school
    school.close()


@pytest.fixture
def officer(browser: Browser, pressed: ConsoleSchool) -> Iterator[Page]:
    """An officer on the way, who holds the live link."""
    page = browser.new_page()
    page.goto(pressed.live_url())
    expect(page.locator("body")).to_have_attribute("data-link", "up")
    yield page
    page.close()


def open_form(page: Page) -> None:
    page.locator("#marking summary").click()


def mark_room(page: Page, room: str, **more: str) -> None:
    page.locator("#mark-room").select_option(room)
    page.locator("#ago").select_option(more.get("ago", "0"))
    page.locator("#mark-note").fill(more.get("note", ""))
    page.get_by_role("button", name="Put the mark").click()


def reported(school: ConsoleSchool) -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = school.reported().get("marks", [])
    return marks


def test_an_officer_marks_a_room_by_keyboard_and_all_pages_have_it(
    browser: Browser, pressed: ConsoleSchool, officer: Page
) -> None:
    staff = logged_in(browser.new_page(), pressed, Role.STAFF)
    staff.goto(f"{pressed.console}/incidents/{pressed.incident()}/")
    expect(staff.locator("body")).to_have_attribute("data-link", "up")
    police = browser.new_page()
    police.goto(pressed.police)
    officer.locator("#name").fill("Day")
    officer.locator("#unit").fill("12")
    officer.locator("#marking summary").focus()
    officer.keyboard.press("Enter")
    for _ in range(3):  # what, when, where
        officer.keyboard.press("Tab")
    officer.keyboard.type("105")
    officer.keyboard.press("Tab")
    officer.keyboard.type("red jacket")
    officer.keyboard.press("Enter")
    for page in (officer, staff):
        expect(page.locator(MARKS)).to_contain_text("room 105", timeout=patience(10) * 1000)
        expect(page.locator(MARKS)).to_contain_text("Day, 12, by live link")
        expect(page.locator(".pin.last")).to_be_visible()
    expect(staff.locator("#said")).to_contain_text("seen here")
    shown = police.locator("#incidents .marks li")
    expect(shown).to_contain_text("room 105", timeout=patience(10) * 1000)
    expect(shown).to_contain_text("red jacket")
    staff.close()
    police.close()


def test_a_tap_on_the_plan_is_a_place_and_the_gateway_names_its_room(
    pressed: ConsoleSchool, officer: Page
) -> None:
    officer.locator("#name").fill("Day")
    open_form(officer)
    sheet = officer.locator(".sheet", has=officer.locator(".marker.pressed")).first
    box = sheet.bounding_box()
    assert box
    officer.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(officer.locator(".pin.tapped")).to_be_visible()
    officer.get_by_role("button", name="Put the mark").click()
    (mark,) = until(partial(reported, pressed)) or []
    assert (mark["x"], mark["y"]) == pytest.approx((50, 50), abs=1)
    assert mark["room"]
    assert mark["known"] == "link"


def test_marks_grow_stale_are_numbered_and_may_be_taken_back(
    pressed: ConsoleSchool, officer: Page
) -> None:
    officer.locator("#name").fill("Day")
    open_form(officer)
    mark_room(officer, "204", ago="600")
    expect(officer.locator(MARKS)).to_have_count(1, timeout=patience(10) * 1000)
    expect(officer.locator(MARKS)).to_contain_text("10 minutes ago, stale")
    mark_room(officer, "105")
    expect(officer.locator(MARKS)).to_have_count(2, timeout=patience(10) * 1000)
    assert officer.locator(f"{MARKS} i").all_inner_texts() == ["2", "1"]
    expect(officer.locator(".pin.stale")).to_have_count(1)
    assert "stale" in str(officer.locator(".pin.stale").get_attribute("aria-label"))
    officer.get_by_role("button", name="Take back").first.click()
    expect(officer.locator(MARKS)).to_have_count(1, timeout=patience(10) * 1000)
    until(lambda: len(reported(pressed)) == 1)
    expect(officer.locator("#timeline")).to_contain_text("Took a mark back", ignore_case=True)


def test_a_mark_of_a_clock_that_ran_ahead_is_stale_and_undated(officer: Page) -> None:
    told = officer.evaluate(
        """async () => {
          const { agoOf, isStale } = await import("/static/sights.js");
          return [600, 20].map((ahead) => {
            const mark = { seen_at: new Date(Date.now() + 1000 * ahead).toISOString() };
            return [agoOf(mark), isStale(mark)];
          });
        }"""
    )
    undated = "at an unknown time (a clock was ahead), stale"
    assert told == [[undated, True], ["less than a minute ago", False]]


def test_markup_in_a_name_or_a_note_is_text(pressed: ConsoleSchool, officer: Page) -> None:
    officer.locator("#name").fill(HOSTILE[:48])
    open_form(officer)
    mark_room(officer, "105", note=HOSTILE)
    expect(officer.locator(MARKS)).to_contain_text(HOSTILE, timeout=patience(10) * 1000)
    assert officer.locator(f"{MARKS} img").count() == 0
    assert "owned" not in officer.title()


def test_a_dispatcher_marks_a_room_and_the_school_sees_it(
    browser: Browser, pressed: ConsoleSchool, officer: Page
) -> None:
    page = browser.new_page()
    page.goto(pressed.police)
    page.locator("#incidents .answer input[name=name]").first.fill("Dispatcher Hill")
    page.locator("#incidents .marks summary").first.click()
    page.locator("#incidents .marks input[name=room]").first.fill("105")
    page.get_by_role("button", name="Mark it for the school").click()
    expect(officer.locator(MARKS)).to_contain_text("Dispatcher Hill", timeout=patience(15) * 1000)
    expect(officer.locator(MARKS)).to_contain_text("at the receiver")
    expect(officer.get_by_role("button", name="Take back")).to_have_count(0)
    pending = page.locator("#incidents .marks li .pending")
    expect(pending).to_have_text("", timeout=patience(15) * 1000)
    page.locator("#incidents").get_by_role("button", name="Take back").click()
    expect(officer.locator(MARKS)).to_have_count(0, timeout=patience(15) * 1000)
    page.close()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_pages_with_marks_are_fit_for_everybody(
    browser: Browser, pressed: ConsoleSchool, screen: Screen
) -> None:
    sro = pressed.log_in(Role.SRO)
    mark(sro, pressed, {"what": "seen", "room": "204", "seen_at": "2026-01-01T00:00:00.000Z"})
    mark(sro, pressed, {"what": "seen", "room": "105"})
    until(lambda: len(reported(pressed)) == 2)
    for url, opener in ((pressed.live_url(), "#marking"), (pressed.police, ".marks .put")):
        page = browser.new_page(**screen.options)
        page.goto(url)
        expect(page.locator(f"{MARKS}, .marks li").first).to_be_visible(timeout=patience(9) * 1000)
        page.locator(f"{opener} summary").first.click()
        judge(page)
        page.close()


def mark(who: LoggedIn, school: ConsoleSchool, asked: dict[str, Any], **more: Any) -> int:
    fields = {"what": "mark", "mark": asked, "text": "", "name": "", **more}
    return who.post(f"/incidents/{school.incident()}/mark", fields).status_code


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"what": "seen", "building": "Main", "floor": "2", "x": "NaN", "y": 1}, 400),
        ({"what": "seen", "building": "Main", "floor": "2", "x": 1e12, "y": 1}, 400),
        ({"what": "seen", "room": "204", "x": [1], "y": 1}, 400),
        ({"what": "exploded", "room": "204"}, 400),
        ({"what": "seen"}, 400),
        ("204", 400),
        (None, 400),
        ({"what": "seen", "room": "204"}, 204),
    ],
)
def test_what_is_no_mark_is_refused(pressed: ConsoleSchool, asked: Any, status: int) -> None:
    assert mark(pressed.log_in(Role.STAFF), pressed, asked) == status


def test_who_may_only_look_marks_nothing_and_that_is_recorded(pressed: ConsoleSchool) -> None:
    assert mark(pressed.log_in(Role.VIEWER), pressed, {"what": "seen", "room": "204"}) == 403
    refused = "SELECT text FROM event WHERE what = 'refused' AND by = 'test-viewer'"
    assert until(partial(pressed.rows, refused))[-1] == ("wanted to mark",)


def test_staff_takes_back_its_own_mark_and_the_sro_any(pressed: ConsoleSchool) -> None:
    staff, sro = pressed.log_in(Role.STAFF), pressed.log_in(Role.SRO)
    mark(sro, pressed, {"what": "seen", "room": "204"})
    mark(staff, pressed, {"what": "seen", "room": "105"})
    until(lambda: len(reported(pressed)) == 2)
    of_staff, of_sro = sorted(reported(pressed), key=lambda each: str(each["by"]), reverse=True)
    gone = {"what": "take-back"}
    assert mark(staff, pressed, {"id": of_sro["id"]}, **gone) == 403
    assert mark(staff, pressed, {"id": of_sro["id"][::-1]}, **gone) in (400, 404)
    assert mark(sro, pressed, {"id": of_staff["id"]}, **gone) == 204
    until(lambda: [each["id"] for each in reported(pressed)] == [of_sro["id"]])


def test_more_marks_than_a_person_puts_are_refused(pressed: ConsoleSchool) -> None:
    sro = pressed.log_in(Role.SRO)
    told = [mark(sro, pressed, {"what": "seen", "room": "204"}) for _ in range(32)]
    assert told == [204] * 30 + [429] * 2
