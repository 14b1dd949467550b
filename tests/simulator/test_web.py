"""The page's server lets nobody in but this machine's own page."""

from random import Random

import pytest
from gpiozero.pins.mock import MockFactory, MockPin
from starlette.testclient import TestClient

from simulator.button import ButtonDriver
from simulator.event_stream import EventStream
from simulator.web import make_app
from wire.ids import RoomId

OURS = "http://127.0.0.1:8911"


@pytest.fixture
def contact() -> MockPin:
    pin: MockPin = MockFactory().pin("GPIO17")
    pin.drive_high()
    return pin


@pytest.fixture
def browser(contact: MockPin) -> TestClient:
    drivers = {RoomId("204"): ButtonDriver(contact, Random(1))}
    app = make_app({}, drivers, EventStream(lambda: ""), "http://127.0.0.1:8710", print)
    return TestClient(app, base_url=OURS)


def test_a_push_closes_the_contact_and_letting_go_opens_it(
    browser: TestClient, contact: MockPin
) -> None:
    assert browser.post("/rooms/204/push").status_code == 204
    assert not contact.state
    assert browser.post("/rooms/204/let-go").status_code == 204
    assert contact.state


@pytest.mark.parametrize("path", ["/rooms/999/press", "/rooms/204/break"])
def test_what_is_not_on_the_wall_cannot_be_touched(browser: TestClient, path: str) -> None:
    assert browser.post(path).status_code == 404


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_another_site_in_the_browser_presses_nothing(
    browser: TestClient, contact: MockPin, headers: dict[str, str]
) -> None:
    assert browser.post("/rooms/204/push", headers=headers).status_code == 403
    assert contact.state


def test_nothing_inline_and_nothing_from_elsewhere_runs_on_the_page(browser: TestClient) -> None:
    policy = browser.get("/").headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
