"""Several open incidents stand side by side: at the school, with officers and with dispatchers."""

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.accessibility import judge
from tests.console.school import ConsoleSchool, logged_in
from tests.waiting import patience, until

pytestmark = pytest.mark.browser

LONG = 20_000


def rooms_of(school: ConsoleSchool) -> list[list[str]]:
    """The rooms of each open card at the police, as they stand on their page."""
    told = school.cards()
    return [sorted(room["room"] for room in each["rooms"]) for each in told]


def opened(browser: Browser, school: ConsoleSchool) -> Page:
    """The page of the newest open incident, of an SRO who says yes to everything."""
    page = logged_in(browser.new_context().new_page(), school, Role.SRO)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{school.console}/incidents/{school.incident()}/")
    return page


def test_two_rooms_are_split_stand_side_by_side_and_are_joined_again(
    school: ConsoleSchool, browser: Browser
) -> None:
    for room in ("204", "207"):
        school.press(room)
    page = opened(browser, school)
    expect(page.locator("#rooms li")).to_have_count(2, timeout=patience(1) * LONG)
    page.get_by_text("Split or join").click()
    page.get_by_label("207", exact=True).check()
    page.get_by_role("button", name="Split these rooms off").click()
    expect(page.locator("#beside li")).to_contain_text("207", timeout=patience(1) * LONG)
    expect(page.locator("#moved")).to_contain_text("Room 207 belongs to another incident now")
    judge(page)
    assert until(lambda: sorted(rooms_of(school)) == [["204"], ["207"]])
    officer = browser.new_page(reduced_motion="reduce")
    officer.goto(school.links()["204"])
    officer.locator("#beside a").click()
    expect(officer.locator("#newest")).to_have_text("207", timeout=patience(1) * LONG)
    expect(officer.locator("#beside li")).to_contain_text("204")
    judge(officer)
    page.locator("#beside a").click()
    expect(page.locator("#newest")).to_have_text("207", timeout=patience(1) * LONG)
    page.get_by_text("Split or join").click()
    page.get_by_role("button", name="Join into that incident").click()
    expect(page.locator("#state")).to_have_text("Joined", timeout=patience(1) * LONG)
    assert until(lambda: rooms_of(school) == [["204", "207"]])
    judge(page)
    officer.close()
    page.context.close()


def test_who_waits_longest_is_on_top_at_the_police_and_at_the_school(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.close()
    school.press("204")
    assert until(lambda: "204" in school.links())
    school.press("207")
    assert until(lambda: "207" in school.links())
    page = opened(browser, school)
    page.get_by_text("Split or join").click()
    page.get_by_label("204", exact=True).check()
    page.get_by_role("button", name="Split these rooms off").click()
    police = browser.new_page(reduced_motion="reduce")  # what arrives is judged as it stays
    police.goto(school.police)
    where = police.locator("#incidents .incident .room .where")
    expect(where).to_have_text(["204", "207"], timeout=patience(1) * LONG)
    judge(police)
    first = police.locator("#incidents .incident").first
    first.get_by_label("Your name").fill("Dispatcher Hill")
    first.get_by_role("button", name="We have this").click()
    expect(where).to_have_text(["207", "204"], timeout=patience(1) * LONG)
    page.goto(school.console)
    expect(page.locator("#open .row .rooms")).to_have_text(
        ["Room 207", "Room 204"], timeout=patience(1) * LONG
    )
    judge(page)
    police.close()
    page.context.close()


def test_a_press_after_all_clear_is_an_incident_of_its_own_with_its_own_link(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.close()
    school.press("204")
    page = opened(browser, school)
    page.get_by_role("button", name="All clear").click()
    page.get_by_role("button", name="Tap again").click()
    expect(page.locator("#standing")).to_contain_text("says all clear", timeout=patience(1) * LONG)
    school.press("204")
    expect(page.locator("#state")).to_have_text("Joined", timeout=patience(1) * LONG)
    page.get_by_role("link", name="Where it is now").click()
    expect(page.locator("#state")).to_have_text("Live alert", timeout=patience(1) * LONG)
    expect(page.locator("#rooms")).to_contain_text("2 presses")
    page.context.close()
