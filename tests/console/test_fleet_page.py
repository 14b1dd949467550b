"""The page of units: would a press in each room reach the police now, and what to do if not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS, judge
from tests.console.school import PASSWORD
from tests.console.units import UnitsSchool, units_school

pytestmark = pytest.mark.browser

Open = Callable[[], Page]
SLOW = 15_000  # ms: a page asks every 2 s, and a gateway counts as dead after 8


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnitsSchool]:
    with units_school(tmp_path_factory.mktemp("units"), rooms=12, presses=4) as found:
        yield found


@pytest.fixture
def school(units: UnitsSchool) -> Iterator[UnitsSchool]:
    yield units
    units.troubles.clear()
    units.run("DELETE FROM trouble WHERE ended IS NULL")


@pytest.fixture(params=SCREENS, ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    context = browser.new_context(**request.param.options)
    yield context.new_page
    context.close()


def log_in(page: Page, school: UnitsSchool) -> Page:
    page.goto(f"{school.url}/login")
    page.get_by_label("Name").fill("test-sro")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{school.url}/")
    return page


def units_page(page: Page, school: UnitsSchool) -> Page:
    log_in(page, school).get_by_role("link", name="Units").click()
    expect(page.locator("#rooms tr")).to_have_count(len(school.rooms))
    return page


def test_each_room_says_whether_a_press_gets_out_and_what_is_wrong(
    opened: Open, school: UnitsSchool
) -> None:
    school.troubles["105"] = ("stuck-button", "hot")
    page = units_page(opened(), school)
    row = page.locator("#rooms tr", has_text="Room 105")
    expect(row).to_contain_text("stuck-button: The button has been held", timeout=SLOW)
    expect(row).to_contain_text("Go there: release the button")
    expect(page.locator("#rooms tr[data-reach=yes]")).to_have_count(11)
    expect(page.locator("#rooms tr", has_text="Room 104")).to_contain_text("47 °C")
    judge(page)
    school.troubles.clear()
    expect(row).to_have_attribute("data-reach", "yes", timeout=SLOW)


def test_a_gateway_that_is_dead_leaves_no_room_good(opened: Open, school: UnitsSchool) -> None:
    page = units_page(opened(), school)
    expect(page.locator("#rooms tr[data-reach=yes]")).to_have_count(12, timeout=SLOW)
    school.dies()
    try:
        expect(page.locator("#gateway")).to_contain_text("no sign of life", timeout=SLOW)
        expect(page.locator("#rooms tr[data-reach=no]")).to_have_count(12)
        expect(page.locator("#rooms td", has_text="ok")).to_have_count(0)
        expect(page.locator("#no-trouble")).to_be_empty()
        judge(page)
    finally:
        school.lives()
    expect(page.locator("#gateway")).to_be_hidden(timeout=SLOW)


def test_a_page_without_a_connection_shows_nothing_as_good(
    opened: Open, school: UnitsSchool
) -> None:
    page = units_page(opened(), school)
    expect(page.locator("#rooms tr[data-reach=yes]")).to_have_count(12, timeout=SLOW)
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_contain_text("The connection is lost", timeout=SLOW)
    expect(page.locator("#rooms tr[data-reach=unknown]")).to_have_count(12)
    expect(page.locator("#rooms td", has_text="ok")).to_have_count(0)
    judge(page)
    page.context.set_offline(False)
    expect(page.locator("#rooms tr[data-reach=yes]")).to_have_count(12, timeout=SLOW)


def test_troubles_say_since_when_who_was_told_what_to_do_and_when_they_were_over(
    opened: Open, school: UnitsSchool
) -> None:
    words = "<b>lincoln-105</b>"
    school.run("INSERT INTO trouble VALUES ('units-in-trouble', unixepoch(), ?, NULL)", words)
    page = units_page(opened(), school)
    standing = page.locator("#troubles .trouble")
    expect(standing).to_contain_text(words, timeout=SLOW)
    expect(standing.locator(".cure")).not_to_be_empty()
    expect(page.locator("#usual")).to_contain_text("a person is told 5 min 02 s later")
    page.locator("#over-section summary").click()
    over = page.locator("#over .trouble")
    expect(over).to_contain_text("cleared after 1 h 00 min")
    expect(over).to_contain_text("Ms. Lee was told")
    judge(page)
    standing.get_by_role("button", name="Take it").click()
    judge(page)


def test_filters_and_order_choose_rooms_and_outlive_a_reload(
    browser: Browser, school: UnitsSchool
) -> None:
    page = units_page(browser.new_page(), school)
    school.troubles["103"] = ("hot",)
    page.get_by_role("radio", name="Needs attention").check()
    expect(page.locator("#rooms .room b")).to_have_text(["Room 103"], timeout=SLOW)
    page.get_by_role("radio", name="All").check()
    page.get_by_label("Building").select_option("Gym")
    page.get_by_label("Search").fill("lincoln-10")
    page.get_by_label("Order").select_option("By room")
    gym = ["Room 101", "Room 103", "Room 105", "Room 107", "Room 109"]
    expect(page.locator("#rooms .room b")).to_have_text(gym)
    page.reload()
    expect(page.locator("#rooms .room b")).to_have_text(gym)
    expect(page.locator("#shown")).to_have_text("5 of 12 rooms")
    page.close()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.STAFF])
def test_who_may_not_see_the_units_is_neither_shown_nor_led_there(
    school: UnitsSchool, role: Role
) -> None:
    person = school.logged_in(role)
    assert "/units" not in person.get("/").text
    assert [person.get(path).status_code for path in ("/units", "/units/state")] == [403, 403]


def test_without_a_login_the_page_leads_to_it_and_tells_nothing(school: UnitsSchool) -> None:
    person = school.logged_in(Role.SRO)
    person.session.cookies.clear()
    assert person.get("/units").headers["location"] == "/login"
    assert person.get("/units/state").status_code == 401


def test_a_database_that_cannot_be_read_is_said_and_nothing_else(
    browser: Browser, school: UnitsSchool
) -> None:
    page, aside = units_page(browser.new_page(), school), school.store.with_suffix(".aside")
    school.store.rename(aside)
    try:
        expect(page.locator("#lost")).to_contain_text("database cannot be read", timeout=SLOW)
        expect(page.locator("#rooms tr[data-reach=unknown]")).to_have_count(12)
    finally:
        aside.rename(school.store)
    expect(page.locator("#lost")).to_be_hidden(timeout=SLOW)
    page.close()
