"""A person who is forced to call off an alert is seen to do it, and tells the police otherwise."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from gateway.console.duress_words import DuressWordError, DuressWords
from gateway.trust.accounts import open_accounts
from tests.accessibility import judge
from tests.console.school import PASSWORD, ConsoleSchool, logged_in
from tests.waiting import patience, until

LONG = 20_000
WORD = "Marigold"


@pytest.fixture
def page(school: ConsoleSchool, browser: Browser) -> Page:
    """An alert of room 204 on the page of an SRO who has a duress word."""
    school.close()
    page = logged_in(browser.new_context().new_page(), school, Role.SRO)
    page.goto(f"{school.console}/account")
    page.get_by_label("New duress word").fill(WORD)
    page.get_by_role("button", name="Set it").click()
    expect(page.locator("#account")).to_contain_text("Set. Nobody can read it.")
    judge(page)
    school.press("204")
    page.goto(f"{school.console}/incidents/{school.incident()}/")
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def told_by_the_police(school: ConsoleSchool) -> set[str]:
    told = [school.reported(), *school.cards()]
    return {event["what"] for incident in told for event in incident.get("events", ())}


@pytest.mark.browser
def test_a_false_alarm_that_was_forced_looks_so_at_the_school_and_real_at_the_police(
    school: ConsoleSchool, page: Page, browser: Browser
) -> None:
    page.get_by_label("false alarm, because").fill("All is fine, the marigold fell on it.")
    page.get_by_role("button", name="Report it").click()
    expect(page.locator("#timeline")).to_contain_text("cancelled", timeout=patience(1) * LONG)
    police = browser.new_page(reduced_motion="reduce")
    police.goto(school.police)
    expect(police.locator(".duress").first).to_contain_text(
        "test-sro was forced", timeout=patience(1) * LONG
    )
    judge(police)
    assert "cancel" not in told_by_the_police(school)
    officer = browser.new_page()
    officer.goto(school.live_url())
    expect(officer.locator("#timeline")).to_contain_text("DURESS", timeout=patience(1) * LONG)
    assert "duress" not in page.content().lower()
    for each in (police.context, officer.context, page.context):
        each.close()


@pytest.mark.browser
def test_a_forced_close_ends_the_alert_at_the_school_and_is_told_for_what_it_is(
    school: ConsoleSchool, page: Page
) -> None:
    incident = school.incident()
    page.locator("#note").fill(f"{WORD.upper()}!")
    page.get_by_role("button", name="Close the incident").click()
    expect(page.locator("#standing")).to_contain_text("is closed", timeout=patience(1) * LONG)
    assert until(lambda: school.told(incident).get("status") == "closed")
    assert {"duress", "close"} <= {event["what"] for event in school.told(incident)["events"]}
    expect(page.locator("#timeline")).not_to_contain_text("cancelled")
    assert "duress" not in page.content().lower()
    page.context.close()


def test_a_false_alarm_needs_a_reason_and_without_the_word_it_is_one(school: ConsoleSchool) -> None:
    school.close()
    school.press("205")
    act, staff = f"/incidents/{school.incident()}/act", school.log_in(Role.STAFF)
    assert staff.post(act, {"what": "cancel", "text": " "}).status_code == 400
    assert staff.post(act, {"what": "cancel", "text": "a marigold"}).status_code == 204
    assert until(lambda: "cancel" in told_by_the_police(school))
    assert "duress" not in told_by_the_police(school)


def test_only_who_has_just_logged_in_and_may_cancel_sets_a_word(school: ConsoleSchool) -> None:
    viewer, staff = school.log_in(Role.VIEWER), school.log_in(Role.STAFF)
    assert viewer.post("/account/duress", {"word": WORD}).status_code == 403
    assert staff.post("/account/duress", {"word": "two words"}).status_code == 400
    school.age_logins()
    assert staff.post("/account/duress", {"word": WORD}).status_code == 401


def test_a_word_is_heard_anywhere_however_it_is_written_and_goes_with_its_account(
    tmp_path: Path,
) -> None:
    path = tmp_path / "accounts.db"
    people, words = open_accounts(path), DuressWords(path)
    for name in ("head", "lee"):
        people.add(name, Role.ADMINISTRATOR, PASSWORD)
    words.set("lee", WORD)
    assert words.stands_in("lee", "It was (mariGOLD), sorry")
    assert words.stands_in("lee", "_marigold_")
    assert not words.stands_in("lee", "It was marigolds")
    assert not words.stands_in("head", WORD)
    people.remove("lee")
    assert not words.has("lee")
    people.close()


@pytest.mark.parametrize("word", ["four", "two words", "!!!!!!", "x" * 31])
def test_a_word_that_would_be_said_by_chance_or_never_is_refused(tmp_path: Path, word: str) -> None:
    open_accounts(tmp_path / "accounts.db").close()
    words = DuressWords(tmp_path / "accounts.db")
    with pytest.raises(DuressWordError):
        words.set("lee", word)
    assert not words.has("lee")
