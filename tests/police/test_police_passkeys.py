"""A passkey at the receiver, where a name says so: the console's pages, in a real browser."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import SCREENS, Screen
from tests.passkeys import (
    ANSWER,
    SEND,
    Authenticator,
    browser_that_trusts,
    from_elsewhere,
    make_certificate,
)
from tests.police.school import Receiver
from tests.police.test_police_login_page import judged
from tests.waiting import until

pytestmark = pytest.mark.browser

NAME = "police.test"


class Named(Receiver):
    """A receiver at `https://police.test`."""

    def __init__(self, folder: Path) -> None:
        self.spki = make_certificate(folder, NAME)
        accounts = f'[accounts]\npasskeys_at = "{NAME}"\nsecond_factor = ["dispatcher"]'
        super().__init__(folder, accounts, 'cert = "named.crt"\nkey = "named.key"')
        self.url = f"https://{NAME}:{self.port}"

    def age_logins(self) -> None:
        """Let it be an hour ago that anybody gave a password."""
        with closing(sqlite3.connect(self.folder / "accounts.db", timeout=5)) as db, db:
            db.execute("UPDATE session SET proved = proved - 3600")


class Dispatcher(NamedTuple):
    """A person with a browser of their own, which keeps passkeys."""

    page: Page
    receiver: Named
    name: str
    password: str

    def enter(self) -> None:
        """Give name and password."""
        self.page.goto(f"{self.receiver.url}/login")
        self.page.get_by_label("Name").fill(self.name)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name="Log in").click()

    def add_passkey(self) -> None:
        """Set one up, as a role that needs it is asked to after the password."""
        self.enter()
        self.page.wait_for_url(f"{self.receiver.url}/account")
        self.page.get_by_role("button", name="Add a passkey").click()
        expect(self.page.locator(".recovery li")).to_have_count(10)

    def tries(self, name: str, password: str, answer: str) -> int:
        """Send an answer of a passkey as a page would; returns the status."""
        fields = {"name": name, "password": password, "passkey": answer}
        status: int = self.page.evaluate(SEND, ["/login", fields])
        return status


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Named]:
    receiver = Named(tmp_path_factory.mktemp("police"))
    receiver.start()
    yield receiver
    receiver.end()


@pytest.fixture(scope="module")
def trusting(named: Named) -> Iterator[Browser]:
    with browser_that_trusts(NAME, named.spki) as found:
        yield found


def comes(trusting: Browser, named: Named, name: str, screen: Screen = SCREENS[1]) -> Dispatcher:
    page = trusting.new_context(**screen.options).new_page()
    Authenticator(page)
    return Dispatcher(page, named, name, named.make_account(name))


def refused(receiver: Receiver, name: str, words: str) -> None:
    until(lambda: f"{name}: login: " in (told := receiver.run("events")[1]) and words in told)


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_dispatcher_sets_up_a_passkey_logs_in_by_it_and_adds_an_app_hours_later(
    trusting: Browser, named: Named, screen: Screen
) -> None:
    hill = comes(trusting, named, f"hill-{screen}", screen)
    hill.add_passkey()
    page = hill.page
    expect(page.locator("#account .state")).to_contain_text("a passkey beside the password")
    judged(page, "passkey-on")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    hill.enter()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    judged(page, "passkey-login")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{named.url}/")
    named.age_logins()
    page.goto(f"{named.url}/account")
    page.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label("Password").fill(hill.password)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("button", name="Use a passkey")).to_be_visible()
    judged(page, "passkey-again")
    dialog.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".offer img")).to_be_visible()
    page.context.close()


def test_h64_at_the_receiver_an_answer_opens_once_here_and_for_its_own_person(
    trusting: Browser, named: Named
) -> None:
    hill = comes(trusting, named, "hill")
    hill.add_passkey()
    answer = hill.page.evaluate(ANSWER)
    assert hill.tries("hill", hill.password, answer) == 204
    assert hill.tries("hill", hill.password, answer) == 403
    refused(named, "hill", "used already")
    elsewhere = from_elsewhere(hill.page.evaluate(ANSWER), NAME)
    assert hill.tries("hill", hill.password, elsewhere) == 403
    refused(named, "hill", "origin")
    ito = comes(trusting, named, "ito")
    ito.add_passkey()
    assert ito.tries("hill", hill.password, ito.page.evaluate(ANSWER)) == 403
    refused(named, "hill", "not this account's")
    hill.page.context.close()
    ito.page.context.close()
