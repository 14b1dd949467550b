"""What an officer on the way sees and does, in a real browser on a real school."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool, Look, OwnConsole, hang, logged_in
from tests.waiting import patience, until

pytestmark = pytest.mark.browser


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Look]:
    """A person's own browser with the page open and live."""
    context = browser.new_context()
    look = Look(context.new_page())
    look.page.goto(url)
    expect(look.page.locator("body")).to_have_attribute("data-link", "up")
    yield look
    context.close()


@pytest.fixture
def officer(school: ConsoleSchool, browser: Browser) -> Iterator[Look]:
    """The page of an incident that began in room 204, opened by its live link."""
    school.press("204")
    with opened(browser, school.live_url()) as look:
        expect(look.page.locator("#newest")).to_have_text("204")
        yield look
    school.close()


def log_in(context: BrowserContext, school: ConsoleSchool, role: Role) -> Page:
    return logged_in(context.new_page(), school, role)


def answer(page: Page, what: str, name: str = "Officer Day", unit: str = "Unit 12") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Unit").fill(unit)
    page.get_by_role("button", name=what).click()


def test_a_further_press_is_on_the_open_page_within_a_second_with_a_picture_that_changes(
    officer: Look, school: ConsoleSchool
) -> None:
    school.press("205")
    expect(officer.page.locator("#newest")).to_have_text("205", timeout=patience(1000))
    expect(officer.page.locator(".marker.newest")).to_have_text("2205")
    tile = officer.page.locator(".camera[data-state=live] img").first
    expect(tile).to_be_visible()
    first = tile.get_attribute("data-at")
    until(lambda: tile.get_attribute("data-at") != first)
    assert tile.evaluate("image => image.naturalWidth") > 100
    assert officer.said == []
    assert {u for u in officer.asked if school.console not in u} == set()


def test_an_acknowledgement_makes_the_lamp_of_the_room_pulse_within_a_second(
    officer: Look, school: ConsoleSchool, browser: Browser
) -> None:
    with opened(browser, school.page) as wall:
        lamp = wall.page.locator("[data-room='204']")
        expect(lamp).to_have_attribute("data-sign", "solid", timeout=patience(10000))
        answer(officer.page, "I have this")
        expect(lamp).not_to_have_attribute("data-lit", re.compile(".*"), timeout=patience(1000))
        expect(officer.page.locator("#standing")).to_have_text(
            "Officer Day, Unit 12, by live link has this"
        )
        expect(lamp).to_have_attribute("data-sign", "double pulse", timeout=patience(10000))


def test_a_camera_that_was_dragged_on_the_plan_hangs_there_for_officers(
    school: ConsoleSchool, browser: Browser
) -> None:
    with closing(browser.new_context()) as context:
        page = log_in(context, school, Role.ADMINISTRATOR)
        page.goto(f"{school.console}/plan")
        hang(page, "hall-2", 40, 50)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#outcome")).to_have_text("Saved")
    school.press("204")
    with opened(browser, school.live_url()) as look:
        style = look.page.locator(".marker.lens").get_attribute("style") or ""
        assert re.search(r"left: (39|40|41)", style)
    school.close()


def test_messages_go_both_ways_between_officer_and_school(
    officer: Look, school: ConsoleSchool, browser: Browser
) -> None:
    context = browser.new_context()
    staff = log_in(context, school, Role.STAFF)
    staff.locator("#open .row").first.click()
    answer(officer.page, "Dispatched")
    officer.page.get_by_label("Message").fill("Which door is open?")
    officer.page.get_by_role("button", name="Send").click()
    expect(staff.locator("#timeline")).to_contain_text(
        "Which door is open?", timeout=patience(1500)
    )
    staff.get_by_label("Message").fill("The north door")
    staff.get_by_role("button", name="Send").click()
    line = officer.page.locator("#timeline .message", has_text="The north door")
    expect(line).to_contain_text("test-staff", timeout=patience(1500))
    context.close()


def test_the_page_says_how_old_it_is_and_recovers_when_the_console_does(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.press("104")
    link = school.live_url()
    with (
        closing(OwnConsole(school)) as own,
        opened(browser, link.replace(school.console, own.url)) as look,
    ):
        expect(look.page.locator(".camera[data-state=live]")).to_have_count(1)
        own.kill()
        expect(look.page.locator("#lost")).to_contain_text(
            re.compile(r"is \d+ s old"), timeout=patience(8000)
        )
        expect(look.page.locator(".camera[data-state=dead] img:visible")).to_have_count(0)
        expect(look.page.locator(".camera[data-state=dead]")).to_have_count(
            1, timeout=patience(12000)
        )
        own.start()
        expect(look.page.locator("body")).to_have_attribute(
            "data-link", "up", timeout=patience(8000)
        )
        expect(look.page.locator(".camera[data-state=live]")).to_have_count(
            1, timeout=patience(8000)
        )
    school.close()


def test_once_closed_the_page_shows_no_picture_any_more(
    officer: Look, school: ConsoleSchool
) -> None:
    expect(officer.page.locator(".camera img").first).to_be_visible()
    picture = next(url for url in until(lambda: [u for u in officer.asked if "/pictures/" in u]))
    school.close()
    closed = "This incident is closed: not known what it was"
    expect(officer.page.locator("#standing")).to_have_text(closed)
    expect(officer.page.locator(".camera, .shot")).to_have_count(0)
    assert officer.page.request.get(picture).status == 410


def test_a_withdrawn_link_shows_nothing_and_the_next_report_has_a_new_one(
    officer: Look, school: ConsoleSchool
) -> None:
    sro, before = school.log_in(Role.SRO), officer.page.url
    path = f"/incidents/{school.incident()}/act"
    assert sro.post(path, {"what": "withdraw-link"}).status_code == 204
    until(lambda: officer.page.request.get(before).status == 403)
    expect(officer.page.locator("#lost")).to_contain_text("was withdrawn", timeout=patience(10000))
    until(lambda: school.live_url() != before)
    assert officer.page.request.get(school.live_url()).status == 200


def test_what_anybody_writes_is_text_and_nothing_else(officer: Look, school: ConsoleSchool) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    answer(officer.page, "I have this", name=evil[:48], unit="<b>12</b>")
    officer.page.get_by_label("Message").fill(evil)
    officer.page.get_by_role("button", name="Send").click()
    expect(officer.page.locator("#timeline .message .text")).to_have_text(evil)
    assert officer.page.locator("img[src=x], #timeline script, #standing b").count() == 0
    assert officer.said == []


def test_the_page_can_be_used_by_keyboard_alone(officer: Look) -> None:
    page = officer.page
    page.get_by_label("Your name").focus()
    page.keyboard.type("Day")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#standing")).to_have_text("Day, 12, by live link has this")


def test_an_answer_under_way_while_another_room_presses_is_none_for_that_room(
    officer: Look, school: ConsoleSchool
) -> None:
    with held_up(officer.page, "**/act") as go_on:
        answer(officer.page, "I have this")
        school.press("205")
        expect(officer.page.locator("#newest")).to_have_text("205", timeout=patience(5000))
        go_on()
    expect(officer.page.locator("#outcome")).to_have_text("Sent", timeout=patience(5000))
    taken = "SELECT seen FROM action WHERE what = 'acknowledge' ORDER BY id DESC LIMIT 1"
    ((seen,),) = school.rows(taken)
    rooms = school.rows("SELECT room FROM alert, json_each(?) WHERE alert.id = key", seen)
    assert rooms == [("204",)]


@contextmanager
def held_up(page: Page, url: str) -> Iterator[Callable[[], None]]:
    """What the page sends there is on its way until the callable lets it go on."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(url, hold)

    def go_on() -> None:
        for route in routes:
            route.continue_()

    yield go_on
    page.unroute(url)
