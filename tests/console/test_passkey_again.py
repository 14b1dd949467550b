"""Hours later a passkey is asked for again before an incident is closed, exported or hidden."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from gateway.config.roles import Role
from tests.accessibility import SCREENS
from tests.console.named import NamedConsole
from tests.console.school import PASSWORD, ConsoleSchool
from tests.console.test_account_page import judged
from tests.console.test_passkeys import with_passkey
from tests.passkeys import Authenticator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def named(school: ConsoleSchool) -> Iterator[NamedConsole]:
    with closing(NamedConsole(school)) as console:
        yield console


def close(page: Page) -> None:
    page.get_by_role("button", name="Close the incident").click()


def export(page: Page) -> None:
    page.get_by_label("Export as ZIP").fill("the court asks")
    page.get_by_role("button", name="Export").click()


def withdraw(page: Page) -> None:
    page.get_by_role("button", name="Withdraw all live links").click()


def proves(page: Page) -> None:
    """Give the password, and then the passkey that is asked for."""
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    passkey = dialog.get_by_role("button", name="Use a passkey")
    expect(passkey).to_be_visible()
    judged(page, "passkey-again")
    passkey.click()
    expect(dialog).to_be_hidden()


def after_an_hour(page: Page, school: ConsoleSchool, act: Callable[[Page], None]) -> None:
    school.age_logins()
    act(page)
    proves(page)


def test_withdrawing_exporting_and_closing_ask_for_the_passkey_again(
    school: ConsoleSchool, named: NamedConsole
) -> None:
    school.account("officer", Role.SRO)
    school.press("204")
    with named.browser() as trusting:
        page = trusting.new_context(**SCREENS[0].options).new_page()
        Authenticator(page)
        page.on("dialog", lambda dialog: dialog.accept())
        with_passkey(page, named, "officer")
        page.goto(f"{named.url}/incidents/{school.incident()}/")
        page.locator("#books > summary").click()
        after_an_hour(page, school, withdraw)
        expect(page.locator("#outcome")).to_have_text("Sent")
        with page.expect_download() as saved:
            after_an_hour(page, school, export)
        assert saved.value.suggested_filename.endswith(".zip")
        after_an_hour(page, school, close)
        expect(page.locator("body")).to_have_attribute("data-open", "false")


def test_the_password_alone_closes_nothing_for_one_who_has_a_passkey(
    school: ConsoleSchool, named: NamedConsole
) -> None:
    school.account("lone", Role.SRO)
    school.press("204")
    with named.browser() as trusting:
        page = trusting.new_context().new_page()
        device = Authenticator(page)
        page.on("dialog", lambda dialog: dialog.accept())
        with_passkey(page, named, "lone")
        device.forget()
        page.goto(f"{named.url}/incidents/{school.incident()}/")
        school.age_logins()
        close(page)
        dialog = page.get_by_role("dialog", name="Log in again")
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Go on").click()
        expect(dialog.get_by_role("alert")).to_contain_text("second factor")
        dialog.get_by_role("button", name="Leave it").click()
        expect(page.locator("#outcome")).to_contain_text("Log in again")
        expect(page.locator("body")).to_have_attribute("data-open", "true")
    school.close()
