"""The receiver loses its power by a button of the page; and what axe-core says of the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import SCREENS, Screen, judge
from tests.chromium import chromium
from tests.simulator.running import simulator
from tests.waiting import patience

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with simulator() as school, chromium() as browser:
        page = browser.new_page()
        page.goto(school.page)
        expect(page.locator("body")).to_have_attribute("data-link", "up")
        yield page


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, screen: Screen) -> None:
    page.set_viewport_size({"width": screen.width, "height": screen.height})
    page.emulate_media(**screen.media)
    judge(page)


def test_a_receiver_whose_plug_is_pulled_leaves_the_lamp_at_not_delivered(
    page: Page,
) -> None:
    page.get_by_role("button", name="Pull the receiver's plug").click()
    expect(page.locator("#no-power")).to_contain_text("The receiver has no power")
    page.click("[data-room='207']")
    button = page.locator("[data-room='207']")
    expect(button).to_have_attribute("data-sign", "NOT DELIVERED", timeout=patience(25) * 1000)
    judge(page)
    page.reload()
    page.get_by_role("button", name="Put the plug in again").click()
    expect(button).to_have_attribute("data-sign", "solid", timeout=patience(45) * 1000)
    expect(page.frame_locator("#police").get_by_text("207").first).to_be_visible()
