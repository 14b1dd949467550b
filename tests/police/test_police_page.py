"""What a dispatcher sees, in a real browser; and who may see it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.police.school import Receiver, alert, jpeg, picture, receiving, report
from tests.waiting import until

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


class Desk:
    """A browser's page, with all that went wrong in it and all it asked for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(url)
        page.wait_for_selector("body[data-link=up]")

    def incident(self, name: str) -> str:
        return f"article[aria-label*='{name}']"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def desk(browser: Browser, receiver: Receiver) -> Iterator[Desk]:
    page = browser.new_page()
    yield Desk(page, receiver.url)
    page.close()


pytestmark = pytest.mark.browser


def test_a_report_is_on_the_page_within_a_second_with_its_picture(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.post(report([alert("204")], pictures=[picture(jpeg("seen"))]))
    room = desk.page.locator(".room .where", has_text="204")
    expect(room.first).to_be_visible(timeout=1000)
    image = desk.page.locator(".shot img").first
    until(lambda: image.evaluate("image => image.naturalWidth") == 320)
    assert desk.troubles == []
    assert {url for url in desk.asked if not url.startswith(receiver.url)} == set()


def test_words_of_a_sender_are_text_and_nothing_else(desk: Desk, receiver: Receiver) -> None:
    evil = "<img src=x onerror=alert(1)>"
    pressed = alert("666", verified=False, doubts=[evil])
    pressed["room"] |= {"id": evil, "name": evil, "building": "<script>alert(2)</script>"}
    document = report([pressed], silent_cameras=[{"camera": evil, "reason": evil}])
    document["site"]["name"] = evil
    receiver.post(document)
    expect(desk.page.get_by_role("heading", name=evil)).to_be_visible()
    assert desk.page.locator("img[src=x], main script").count() == 0
    assert desk.troubles == []


def test_a_doubt_a_silent_camera_and_a_drill_are_said_in_words(
    desk: Desk, receiver: Receiver
) -> None:
    document = report(
        [alert("118", verified=False, doubts=["the seal is missing"])], mode="drill",
        silent_cameras=[{"camera": "yard-9", "reason": "no answer within 5 s"}],
    )  # fmt: skip
    document["site"]["name"] = "Drill School"
    receiver.post(document)
    shown = desk.page.locator(desk.incident("Drill School"))
    for words in ("Drill", "Not verified", "the seal is missing", "yard-9", "no answer within 5 s"):
        expect(shown).to_contain_text(words, ignore_case=True)


def test_a_test_is_called_a_test(desk: Desk, receiver: Receiver) -> None:
    document = report([alert("118")], mode="test")
    document["site"]["name"] = "Test School"
    receiver.post(document)
    shown = desk.page.locator(desk.incident("Test School"))
    expect(shown).to_contain_text("Test – not an emergency")


def test_a_new_room_is_announced_to_a_screen_reader(desk: Desk, receiver: Receiver) -> None:
    receiver.post(report([alert("331")]))
    said = desk.page.locator("[aria-live=assertive]")
    expect(said).to_contain_text("Alert: room 331, Floor 3 · Main Building, Lincoln School")


def test_a_picture_opens_and_closes_by_keyboard(desk: Desk, receiver: Receiver) -> None:
    document = report([alert("204")], pictures=[picture(jpeg("key"), "keys-1")])
    document["site"]["name"] = "Keyboard School"
    receiver.post(document)
    shot = desk.page.locator(desk.incident("Keyboard School")).locator(".shot")
    shot.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#zoom")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#zoom")).to_be_hidden()
    expect(shot).to_be_focused()


def test_a_lost_connection_is_said_and_mended_without_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    with receiving(tmp_path) as receiver:
        receiver.post(report([alert("204")]))
        desk = Desk(browser.new_page(), receiver.url)
        receiver.end()
        expect(desk.page.locator("#lost")).to_contain_text("Connection lost", timeout=15_000)
        expect(desk.page.locator("#lost")).to_contain_text("s old")
        receiver.start()
        receiver.post(report([alert("118")]))
        expect(desk.page.locator(".where", has_text="118")).to_be_visible(timeout=15_000)
        expect(desk.page.locator("#lost")).to_be_hidden()
        desk.page.close()


def test_pages_without_a_login_are_shown_under_a_loopback_name_alone(receiver: Receiver) -> None:
    for path in ("/", "/incidents", "/live", f"/pictures/{'0' * 64}.jpg", "/page.js"):
        answer = receiver.session.get(receiver.url + path, headers={"host": "police.example"})
        assert answer.status_code == 403


def test_pages_with_a_login_ask_for_it_and_reports_do_not(tmp_path: Path) -> None:
    (tmp_path / "desk.password").write_text("correct horse battery\n")
    login = '[page]\nuser = "desk"\npassword_file = "desk.password"'
    with receiving(tmp_path, login) as receiver:
        assert receiver.post(report([alert()])).status_code == 200
        for given, status in ((None, 401), (("desk", "wrong"), 401), (("é", "ü"), 401)):
            answer = receiver.session.get(f"{receiver.url}/incidents", auth=given)
            assert answer.status_code == status
        receiver.session.auth = ("desk", "correct horse battery")
        assert len(receiver.incidents()) == 1


def test_every_answer_says_what_a_browser_must_not_do(receiver: Receiver) -> None:
    for path in ("/", "/incidents", "/nothing"):
        headers = receiver.session.get(receiver.url + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
