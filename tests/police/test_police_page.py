"""What a dispatcher sees, in a real browser; and who may see it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import SCREENS, Screen, judge
from tests.chromium import chromium
from tests.police.school import Receiver, alert, jpeg, picture, receiving, report
from tests.waiting import patience, until


class DispatcherPage:
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
    with chromium() as found:
        yield found


@pytest.fixture
def dispatcher(browser: Browser, receiver: Receiver) -> Iterator[DispatcherPage]:
    page = browser.new_page()
    yield DispatcherPage(page, receiver.url)
    page.close()


pytestmark = pytest.mark.browser


def test_a_report_is_on_the_page_within_a_second_with_its_picture(
    dispatcher: DispatcherPage, receiver: Receiver
) -> None:
    receiver.post(report([alert("204")], pictures=[picture(jpeg("seen"))]))
    room = dispatcher.page.locator(".room .where", has_text="204")
    expect(room.first).to_be_visible(timeout=patience(1000))
    image = dispatcher.page.locator(".shot img").first
    until(lambda: image.evaluate("image => image.naturalWidth") == 320)
    assert dispatcher.troubles == []
    assert {url for url in dispatcher.asked if not url.startswith(receiver.url)} == set()


def test_words_of_a_sender_are_text_and_nothing_else(
    dispatcher: DispatcherPage, receiver: Receiver
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    pressed = alert("666", verified=False, doubts=[evil])
    pressed["room"] |= {"id": evil, "name": evil, "building": "<script>alert(2)</script>"}
    document = report([pressed], silent_cameras=[{"camera": evil, "reason": evil}])
    document["site"]["name"] = evil
    receiver.post(document)
    expect(dispatcher.page.get_by_role("heading", name=evil)).to_be_visible()
    assert dispatcher.page.locator("img[src=x], main script").count() == 0
    assert dispatcher.troubles == []


def test_a_doubt_a_silent_camera_and_a_drill_are_said_in_words(
    dispatcher: DispatcherPage, receiver: Receiver
) -> None:
    document = report(
        [alert("118", verified=False, doubts=["the seal is missing"])], mode="drill",
        silent_cameras=[{"camera": "yard-9", "reason": "no answer within 5 s"}],
    )  # fmt: skip
    document["site"]["name"] = "Drill School"
    receiver.post(document)
    shown = dispatcher.page.locator(dispatcher.incident("Drill School"))
    for words in ("Drill", "Not verified", "the seal is missing", "yard-9", "no answer within 5 s"):
        expect(shown).to_contain_text(words, ignore_case=True)


def test_a_test_is_called_a_test(dispatcher: DispatcherPage, receiver: Receiver) -> None:
    document = report([alert("118")], mode="test")
    document["site"]["name"] = "Test School"
    receiver.post(document)
    shown = dispatcher.page.locator(dispatcher.incident("Test School"))
    expect(shown).to_contain_text("Test – not an emergency")


def test_a_new_room_is_announced_to_a_screen_reader(
    dispatcher: DispatcherPage, receiver: Receiver
) -> None:
    receiver.post(report([alert("331")]))
    said = dispatcher.page.locator("[aria-live=assertive]")
    expect(said).to_contain_text("Alert: room 331, Floor 3 · Main Building, Lincoln School")


def test_a_picture_opens_and_closes_by_keyboard(
    dispatcher: DispatcherPage, receiver: Receiver
) -> None:
    document = report([alert("204")], pictures=[picture(jpeg("key"), "keys-1")])
    document["site"]["name"] = "Keyboard School"
    receiver.post(document)
    shot = dispatcher.page.locator(dispatcher.incident("Keyboard School")).locator(".shot")
    shot.focus()
    dispatcher.page.keyboard.press("Enter")
    expect(dispatcher.page.locator("#zoom")).to_be_visible()
    dispatcher.page.keyboard.press("Escape")
    expect(dispatcher.page.locator("#zoom")).to_be_hidden()
    expect(shot).to_be_focused()


def test_a_lost_connection_is_said_and_mended_without_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    with receiving(tmp_path) as receiver:
        receiver.post(report([alert("204")]))
        dispatcher = DispatcherPage(browser.new_page(), receiver.url)
        receiver.end()
        expect(dispatcher.page.locator("#lost")).to_contain_text(
            "Connection lost", timeout=patience(15_000)
        )
        expect(dispatcher.page.locator("#lost")).to_contain_text("s old")
        receiver.start()
        receiver.post(report([alert("118")]))
        expect(dispatcher.page.locator(".where", has_text="118")).to_be_visible(
            timeout=patience(15_000)
        )
        expect(dispatcher.page.locator("#lost")).to_be_hidden()
        dispatcher.page.close()


def test_pages_without_a_login_are_shown_under_a_loopback_name_alone(receiver: Receiver) -> None:
    for path in ("/", "/incidents", "/live", f"/pictures/{'0' * 64}.jpg", "/page.js"):
        answer = receiver.session.get(receiver.url + path, headers={"host": "police.example"})
        assert answer.status_code == 403


def test_every_answer_says_what_a_browser_must_not_do(receiver: Receiver) -> None:
    for path in ("/", "/incidents", "/nothing"):
        headers = receiver.session.get(receiver.url + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers", [{"x-forwarded-for": "192.0.2.1"}, {"via": "1.1 proxy"}, {"x-real-ip": "192.0.2.1"}]
)
def test_a_proxy_that_rewrites_the_name_to_loopback_is_shown_nothing_without_a_login(
    receiver: Receiver, headers: dict[str, str]
) -> None:
    assert receiver.session.get(f"{receiver.url}/incidents", headers=headers).status_code == 403


def test_a_proxy_that_speaks_http_1_0_as_nginx_does_is_shown_nothing_without_a_login(
    receiver: Receiver,
) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=patience(5)) as asking:
        asking.sendall(
            f"GET /incidents HTTP/1.0\r\nHost: 127.0.0.1:{receiver.port}\r\n\r\n".encode()
        )
        assert b" 403 " in asking.recv(100)


def test_the_receiver_is_reached_by_ipv6_as_well(receiver: Receiver) -> None:
    url = f"http://[::1]:{receiver.port}/incidents"
    assert receiver.session.get(url).status_code == 200


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_axe_finds_nothing_in_any_state_and_nothing_is_cut_off(
    browser: Browser, tmp_path: Path, screen: Screen
) -> None:
    with receiving(tmp_path) as receiver:
        page = browser.new_page(**screen.options)
        dispatcher = DispatcherPage(page, receiver.url)
        judge(page)
        drill = report([alert("118", verified=False, doubts=["the seal is missing"])], mode="drill",
                       silent_cameras=[{"camera": "yard-9", "reason": "no answer"}])  # fmt: skip
        first = report([alert("204"), alert("205")], pictures=[picture(jpeg("seen"))])
        for document in (drill, first, report([alert(str(n)) for n in range(100, 130)])):
            receiver.post(document)
        expect(page.locator(".incident")).to_have_count(3)
        expect(page.locator("#mute")).to_be_visible()
        judge(page)
        shown = page.locator(".incident:has(.shot)")
        shown.get_by_label("Your name").press("Enter")
        expect(shown.locator(".outcome")).to_contain_text("Give your name first")
        shown.get_by_label("Your name").fill("Dispatcher Hill")
        shown.get_by_label("Your name").press("Enter")
        expect(shown.locator(".outcome")).to_contain_text("write a message")
        shown.get_by_role("button", name="We have this").click()
        expect(shown.locator(".standing")).to_contain_text("Dispatcher Hill")
        shown.locator(".events summary").click()
        judge(page)
        shown.locator(".shot").click()
        judge(page)
        page.keyboard.press("Escape")
        first["incident"]["status"], first["version"] = "closed", 2
        receiver.post(first)
        page.locator("#earlier summary").first.click()
        judge(page)
        dispatcher.page.emulate_media(media="print")
        assert page.locator(".answer button").first.is_hidden()
        dispatcher.page.emulate_media(media="screen")
        receiver.end()
        expect(page.locator("#lost")).to_contain_text("Connection lost", timeout=15_000)
        judge(page)
        page.close()
