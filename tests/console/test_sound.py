"""An alert that nobody has answered is heard at the school, and a page without sound says so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from tests.console.school import ConsoleSchool, logged_in
from tests.waiting import until

pytestmark = pytest.mark.browser

COUNTED = (
    "globalThis.tones = 0; const Real = OscillatorNode;"
    " OscillatorNode = class extends Real { start(at) { super.start(at); tones += 1; } };"
)


@pytest.fixture
def page(browser: Browser, school: ConsoleSchool) -> Iterator[Page]:
    """The first page of the school's SRO; its time runs as the test says."""
    school.close()
    context = browser.new_context()
    context.add_init_script(COUNTED)
    page = context.new_page()
    page.clock.install()
    yield logged_in(page, school, Role.SRO)
    context.close()


def tones(page: Page, seconds: int = 1) -> int:
    page.clock.run_for(seconds * 1000)
    found: int = page.evaluate("tones")
    return found


@pytest.mark.parametrize("where", ["the list", "the incident"])
def test_an_alert_is_heard_until_somebody_answers(
    page: Page, school: ConsoleSchool, where: str
) -> None:
    page.locator("#mute").click()
    school.press("204")
    assert until(lambda: tones(page))
    if where == "the incident":
        page.locator("#open .row").click()
        page.locator("#mute").click()
        assert until(lambda: tones(page))
    school.log_in(Role.ADMINISTRATOR).post(
        f"/incidents/{school.incident()}/act", {"what": "acknowledge", "text": "", "name": ""}
    )
    assert until(lambda: tones(page, 3) == tones(page, 5))


def test_a_page_that_nobody_touched_says_that_it_is_mute(page: Page, school: ConsoleSchool) -> None:
    mute = page.locator("#mute")
    expect(mute).to_contain_text("Sound is off")
    school.press("204")
    assert until(lambda: tones(page) == 0 and "waits" in mute.inner_text())
