"""The page in a real browser: a press there is a press, and both sides are seen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import chromium
from tests.simulator.running import Simulator, simulator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def school() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


@pytest.fixture(scope="module")
def page(school: Simulator) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(school.page)
        expect(page.locator("body")).to_have_attribute("data-link", "up")
        yield page
    assert said == []
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []
    assert len(asked) >= 6


def test_a_click_in_room_204_lights_its_lamp_and_the_police_see_the_room(page: Page) -> None:
    page.click("[data-room='204']")
    expect(page.locator("[data-room='204']")).to_have_attribute("data-sign", "solid")
    expect(page.frame_locator("#police").get_by_text("204").first).to_be_visible()
    expect(page.locator("#presses > li").first).to_contain_text("DELIVERED")


def test_a_key_presses_as_well_and_a_screen_reader_hears_the_lamp(page: Page) -> None:
    button = page.locator("[data-room='103']")
    button.press("Space", delay=120)
    expect(button).to_have_attribute("aria-label", re.compile("Cafeteria. Lamp solid"))


def test_a_held_button_is_one_press(page: Page) -> None:
    button = page.locator("[data-room='104']")
    button.hover()
    page.mouse.down()
    expect(button).to_have_attribute("data-sign", "solid")
    page.mouse.up()
    expect(page.locator("#presses > li", has_text="Gym")).to_have_count(1)


def test_every_room_of_the_register_has_a_button_on_the_plan(page: Page) -> None:
    expect(page.locator(".floor .room")).to_have_count(12)
