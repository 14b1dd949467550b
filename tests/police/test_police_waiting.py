"""An alert that waits for somebody is seen and heard, however many others there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.accessibility import judge
from tests.chromium import chromium
from tests.police.school import Receiver, alert, receiving, report
from tests.waiting import patience

pytestmark = pytest.mark.browser
TAKEN = {
    "at": "2026-11-23T15:23:00.000Z",
    "what": "acknowledge",
    "sentence": "acknowledged",
    "by": "Officer Diaz",
    "side": "receiver",
}

BY_THE_SCHOOL = {**TAKEN, "sentence": "ended", "by": "Ms Lee", "side": "school"}
ENDED = ("duress", "close")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as running:
        yield running


def test_an_alert_that_waits_is_in_front_of_newer_ones_that_are_taken(
    browser: Browser, receiver: Receiver
) -> None:
    receiver.post(report([alert("101")]))
    for number in range(7):
        receiver.post(report([alert(f"20{number}")], events=[TAKEN]))
    page = browser.new_page()
    page.goto(receiver.url)
    shown = page.locator("#incidents .room .where")
    expect(shown.get_by_text("101", exact=True)).to_be_visible(timeout=patience(5000))
    expect(page.locator("body[data-waits=true]")).to_be_visible()
    page.close()


def test_a_close_under_duress_takes_nothing_off_the_page_before_a_dispatcher_says_all_clear(
    browser: Browser, receiver: Receiver
) -> None:
    forced = report([alert("101")], events=[{**BY_THE_SCHOOL, "what": what} for what in ENDED])
    forced["incident"] |= {"status": "closed", "disposition": "false"}
    receiver.post(forced)
    page = browser.new_page(reduced_motion="reduce")
    page.goto(receiver.url)
    card = page.locator("#incidents .incident")
    expect(card.locator(".duress")).to_contain_text("Ms Lee", timeout=patience(5000))
    expect(card.locator(".mode")).to_have_text("Live alert – closed under duress")
    expect(page.locator("body[data-waits=true]")).to_be_visible()
    judge(page)
    card.get_by_label("Your name").fill("Dispatcher Hill")
    card.get_by_role("button", name="We have this").click()
    expect(page.locator("body[data-waits=false]")).to_be_visible(timeout=patience(5000))
    expect(card.locator(".answer .outcome")).to_contain_text("the school is not told")
    card.get_by_role("button", name="All clear").click()
    expect(card).to_have_count(0, timeout=patience(5000))
    expect(page.locator("#earlier summary").first).to_contain_text("DURESS")
    page.close()


def test_several_stand_side_by_side_with_the_one_that_waits_longest_first(
    browser: Browser, receiver: Receiver
) -> None:
    for room in ("101", "204", "205"):
        receiver.post(report([alert(room)]))
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(receiver.url)
    cards = page.locator("#incidents .incident")
    expect(cards).to_have_count(3, timeout=patience(5000))
    expect(cards.first.locator(".where")).to_have_text("101")
    corners = "cards => cards.map(card => [card.offsetLeft, card.offsetTop])"
    (left, top), (right, beside), (below_left, below) = cards.evaluate_all(corners)
    assert (below_left, beside) == (left, top)
    assert right > left
    assert below > top
    page.close()


def test_the_sound_comes_by_a_touch_as_the_page_says(browser: Browser, receiver: Receiver) -> None:
    receiver.post(report([alert("101")]))
    context = browser.new_context(has_touch=True)
    page = context.new_page()
    page.goto(receiver.url)
    page.locator("#mute").tap()
    expect(page.locator("#mute")).to_be_hidden()
    context.close()


def test_a_sound_that_the_machine_took_away_comes_again_by_a_touch(
    browser: Browser, receiver: Receiver
) -> None:
    receiver.post(report([alert("101")]))
    page = browser.new_page()
    page.add_init_script(
        "const Real = AudioContext; AudioContext = class extends Real {"
        " constructor() { super(); globalThis.sound = this; } };"
    )
    page.goto(receiver.url)
    page.locator("#mute").click()
    expect(page.locator("#mute")).to_be_hidden()
    page.evaluate("sound.suspend()")
    page.locator("#mute").click()
    expect(page.locator("#mute")).to_be_hidden()
    page.close()
