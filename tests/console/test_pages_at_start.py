"""A page that is not ready yet takes no tap: one that did nothing would be taken for an answer."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool, logged_in

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for folder in ("gateway/console/templates", "police/page", "simulator/page")
    for page in (ROOT / folder).glob("*.html")
)
# Of itself a dialog's button closes it; what a template holds comes with its handler; a marker that
# is not dragged stays where it is.
HARMLESS = re.compile(
    r"<dialog.*?</dialog>|<template.*?</template>|<button[^>]*\bmarker\b", re.DOTALL
)


def may_be_tapped_at_once(html: str) -> list[str]:
    buttons = re.findall(r"<button\b[^>]*>", HARMLESS.sub("", html))
    return [each for each in buttons if not re.search(r"\s(disabled|hidden)\b", each)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_button_can_be_tapped_before_its_script_runs(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert may_be_tapped_at_once(html) == []
    if re.search(r"<button\b[^>]* disabled>", html):
        assert may_be_tapped_at_once(html.replace(" disabled>", ">"))


@pytest.mark.browser
def test_an_incident_s_page_takes_no_answer_before_it_shows_what_is_answered(
    school: ConsoleSchool, browser: Browser
) -> None:
    school.press("204")
    with closing(browser.new_context()) as context:
        page = logged_in(context.new_page(), school, Role.SRO)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/news", hold)
        with page.expect_request("**/news"):
            page.goto(f"{school.console}/incidents/{school.incident()}/")
        answer = page.get_by_role("button", name="I have this")
        expect(answer).to_be_disabled()
        held[0].continue_()
        answer.click()
        expect(page.locator("#standing")).to_have_text("test-sro, at the school, has this")
    school.close()


@pytest.mark.browser
def test_without_its_script_the_login_sends_no_password_in_an_address(
    school: ConsoleSchool, browser: Browser
) -> None:
    with closing(browser.new_page()) as page:
        page.route("**/login.js", lambda route: route.abort())
        page.goto(f"{school.console}/login")
        page.get_by_label("Name").fill("test-sro")
        page.get_by_label("Password").fill("a secret")
        page.get_by_label("Password").press("Enter")
        expect(page.get_by_role("button", name="Log in")).to_be_disabled()
        assert "secret" not in page.url
