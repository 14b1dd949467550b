"""What hands do on the pages: two taps, Enter, dragging, a tablet that wakes, paper."""

import re
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool, hang, logged_in
from tests.console.tablet import network
from tests.waiting import late, patience, until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(school: ConsoleSchool, browser: Browser) -> Iterator[Page]:
    """An incident by its live link."""
    school.press("204")
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.goto(school.live_url())
        expect(page.locator("body")).to_have_attribute("data-link", "up")
        yield page
    school.close()


@pytest.fixture
def editor(school: ConsoleSchool, browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context()) as context:
        page = logged_in(context.new_page(), school, Role.ADMINISTRATOR)
        page.goto(f"{school.console}/plan")
        yield page


def test_all_clear_is_said_by_the_second_tap_alone(page: Page, school: ConsoleSchool) -> None:
    button = page.locator("[data-what=all-clear]")
    page.get_by_label("Your name").fill("Officer Day")
    button.click()
    expect(button).to_have_text("Tap again: all clear")
    expect(page.locator("#outcome")).to_contain_text("danger is over")
    assert not school.rows("SELECT 1 FROM event WHERE what LIKE 'all_clear'")
    button.click()
    expect(page.locator("#standing")).to_contain_text("Officer Day, by live link says all clear")
    assert len(school.rows("SELECT 1 FROM event WHERE what LIKE 'all_clear'")) == 1


def test_enter_in_a_name_field_says_what_is_missing(page: Page) -> None:
    page.get_by_label("Your name").press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Give your name first")
    page.get_by_label("Your name").fill("Officer Day")
    page.get_by_label("Your name").press("Enter")
    expect(page.locator("#outcome")).to_contain_text("write a message first")
    expect(page.get_by_label("Message")).to_be_focused()


def test_coordinates_open_a_map_of_the_web(page: Page) -> None:
    link = page.locator(".reach a", has_text="Map")
    found = re.fullmatch(
        r"https://www\.openstreetmap\.org/\?mlat=39\.\d{5}&mlon=-89\.\d{5}#map=18/39\.\d{5}/-89\.\d{5}",
        link.get_attribute("href") or "",
    )
    assert found
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_the_plan_stands_beside_the_cameras_on_a_tablet(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator(".camera").first).to_be_visible()
    plan, cameras = page.locator(".plan").bounding_box(), page.locator(".cameras").bounding_box()
    assert plan
    assert cameras
    assert abs(plan["y"] - cameras["y"]) < 2
    assert cameras["x"] + cameras["width"] <= plan["x"]
    sheet = page.locator(".sheet").bounding_box()
    assert sheet
    assert sheet["y"] + sheet["height"] <= 768


def test_on_paper_stands_what_happened_and_nothing_to_press(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator("#timeline li").first).to_be_visible()
    expect(page.locator(".room").first).to_be_visible()
    for what in ("#answer", ".cameras", "button:not(.shot)"):
        assert page.locator(what).first.is_hidden()


def test_live_pictures_come_back_after_a_tablet_slept(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.press("204")
    port = int(school.console.rpartition(":")[2])
    with network(port) as tablet, closing(browser.new_context()) as context:
        page = context.new_page()
        page.goto(school.live_url().replace(str(port), str(tablet.port)))
        live = page.locator(".camera[data-state=live]")
        expect(live).to_have_count(1, timeout=10_000)
        tablet.suspend()
        began = time.monotonic()
        dead = page.locator(".camera:not([data-state=live])")
        expect(dead).to_have_count(1, timeout=patience(10) * 1000)
        expect(live).to_have_count(1, timeout=patience(15) * 1000)
        expect(page.locator("body")).to_have_attribute("data-link", "up")
        assert not late(began, 15)
    school.close()


def test_cameras_without_a_place_lie_in_a_tray_and_go_onto_the_plan_by_hand_or_key(
    editor: Page,
) -> None:
    gym = editor.locator(".lens[data-camera='gym']")
    expect(editor.locator(".tray .lens[data-camera='gym']")).to_be_visible()
    hang(editor, "gym", 40, 50)
    expect(editor.locator(".sheet .lens[data-camera='gym']")).to_be_visible()
    assert re.search(r"left: (39|40|41)", gym.get_attribute("style") or "")
    entrance = editor.locator(".lens[data-camera='entrance']")
    entrance.press("Enter")
    expect(editor.locator(".sheet .lens[data-camera='entrance']")).to_be_focused()
    entrance.press("ArrowRight")
    assert "left: 50.5%" in (entrance.get_attribute("style") or "")


def test_a_tray_from_which_the_last_camera_was_taken_is_gone(editor: Page) -> None:
    tray, words = editor.locator(".tray").first, editor.locator(".unplaced").first
    expect(words).to_have_text(re.compile("Without a place yet"))
    hang(editor, "hall-2", 40, 50)
    expect(tray).to_be_hidden()
    expect(words).to_be_hidden()
    expect(editor.locator(".tray").last).to_be_visible()


def test_what_went_wrong_or_is_still_to_do_is_not_said_in_green(editor: Page) -> None:
    hang(editor, "gym", 40, 50)
    expect(editor.locator("#outcome")).to_have_attribute("data-bad", "true")
    editor.route("**/plan", lambda route: route.abort())
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("#outcome")).to_contain_text("Not saved: there is no connection")
    expect(editor.locator("#outcome")).to_have_attribute("data-bad", "true")


def test_every_marker_is_large_enough_for_touch(editor: Page) -> None:
    for width in (390, 1024):
        editor.set_viewport_size({"width": width, "height": 800})
        sizes = editor.locator(".marker").evaluate_all(
            "all => all.map((m) => m.getBoundingClientRect()).map((r) => [r.width, r.height])"
        )
        assert len(sizes) >= 16
        assert min(min(size) for size in sizes) >= 24


def test_moves_that_are_not_saved_are_warned_of(editor: Page, school: ConsoleSchool) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", leave)
    hang(editor, "cafeteria", 80, 20)
    editor.get_by_role("link", name="Incidents").click()
    until(lambda: asked == ["beforeunload"])
    expect(editor).to_have_url(f"{school.console}/")
