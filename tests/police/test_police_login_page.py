"""The receiver's login and account pages, and its live page for one who is logged in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import SCREENS, judge
from tests.chromium import chromium
from tests.police.school import Receiver, alert, receiving, report, shown
from tests.waiting import patience

pytestmark = pytest.mark.browser

Open = Callable[[], Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=SCREENS, ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    context = browser.new_context(**request.param.options)
    yield context.new_page
    context.close()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as running:
        yield running


def judged(page: Page, name: str) -> None:
    """axe finds nothing; with SHOTS in the environment a picture is kept to be looked at."""
    judge(page)
    if folder := os.environ.get("SHOTS"):
        size = page.viewport_size
        assert size
        page.screenshot(path=f"{folder}/police-{name}-{size['width']}.png", full_page=True)


def enter(page: Page, receiver: Receiver, name: str, password: str) -> None:
    page.goto(receiver.url)
    page.wait_for_url(f"{receiver.url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{receiver.url}/")


def test_a_dispatcher_logs_in_answers_under_their_name_and_is_told_when_logged_out(
    opened: Open, receiver: Receiver
) -> None:
    password, document = receiver.make_account("hill"), report([alert("204")])
    receiver.post(document)
    page = opened()
    page.goto(f"{receiver.url}/login")
    judged(page, "login")
    enter(page, receiver, "hill", password)
    expect(page.locator("#account-name")).to_have_text("hill")
    expect(page.get_by_label("Your name")).to_be_hidden()
    page.get_by_role("button", name="We have this").click()
    expect(page.locator(".standing").first).to_contain_text("hill: acknowledged")
    judged(page, "live")
    receiver.make_account("ito")
    receiver.account("hill", "--remove")
    receiver.post(report([alert("118")]))
    expect(page.locator("#out")).to_contain_text("logged out", timeout=patience(10_000))
    judged(page, "out")


def test_a_viewer_is_shown_no_button_that_answers(opened: Open, receiver: Receiver) -> None:
    receiver.make_account("hill")
    password, page = receiver.make_account("wall", "viewer"), opened()
    receiver.post(report([alert("204")]))
    enter(page, receiver, "wall", password)
    expect(page.locator(".standing").first).to_contain_text("Nobody has taken this")
    expect(page.get_by_role("button", name="We have this")).to_be_hidden()
    page.get_by_role("link", name="wall").click()
    expect(page.locator(".sessions li")).to_have_count(1)
    judged(page, "account")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{receiver.url}/login")


def test_where_nobody_has_an_account_the_page_asks_for_a_name(
    opened: Open, receiver: Receiver
) -> None:
    document = report([alert("204")])
    receiver.post(document)
    page = opened()
    page.goto(receiver.url)
    page.get_by_label("Your name").fill("Hill")
    page.get_by_role("button", name="We have this").click()
    expect(page.locator(".standing").first).to_contain_text("Hill: acknowledged")
    expect(page.locator("#account-nav")).to_be_hidden()
    assert shown(receiver, document)["answers"][0]["by"] == "Hill"
