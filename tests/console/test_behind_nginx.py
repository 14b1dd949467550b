"""The console behind nginx as it comes out of the box, and with the addresses of those who ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from gateway.config.roles import Role
from tests.console.nginx import nginx
from tests.console.school import PASSWORD, ConsoleSchool
from tests.waiting import until

FORWARDS = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
PORT_ADDED = "proxy_set_header Host $host:$server_port;"


@pytest.fixture
def proxy(school: ConsoleSchool, tmp_path: Path) -> Iterator[str]:
    with nginx(tmp_path, school.console) as url:
        yield url


def guess(url: str, name: str, password: str, **headers: str) -> int:
    fields = {"name": name, "password": password}
    also = {"origin": url, "sec-fetch-site": "same-origin", **headers}
    return requests.post(f"{url}/login", json=fields, headers=also, timeout=10).status_code


@pytest.mark.browser
def test_the_pages_live_behind_it_with_their_pictures(
    school: ConsoleSchool, proxy: str, browser: Browser
) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{proxy}/login")
    page.get_by_label("Name").fill(f"test-{Role.SRO.value}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{proxy}/")
    school.press("204")
    page.locator("#open .row").click()
    expect(page.locator("body")).to_have_attribute("data-link", "up")
    image = page.locator(".camera[data-state=live] img").first
    expect(image).to_be_visible(timeout=5000)
    first = image.get_attribute("data-at")
    until(lambda: image.get_attribute("data-at") != first)
    school.press("205")
    expect(page.locator("#newest")).to_have_text("205", timeout=2000)
    page.get_by_label("Message").fill("through the proxy")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#timeline")).to_contain_text("through the proxy")
    page.context.close()
    school.close()


def test_a_port_that_it_adds_to_the_name_is_taken(school: ConsoleSchool, tmp_path: Path) -> None:
    with nginx(tmp_path, school.console, PORT_ADDED) as url:
        assert guess(url, "test-staff", PASSWORD) == 204
        assert guess(url, "test-staff", PASSWORD, **{"sec-fetch-site": "cross-site"}) == 403


def test_one_who_guesses_locks_out_nobody_but_the_name(school: ConsoleSchool, proxy: str) -> None:
    answers = [guess(proxy, f"nobody-{number}", "wrong") for number in range(15)]
    answers += [guess(proxy, "somebody", "wrong") for _ in range(12)]
    assert answers[:15] == [403] * 15
    assert answers[-1] == 429
    assert guess(proxy, "test-staff", PASSWORD) == 204


def test_addresses_that_it_forwards_are_throttled_and_written_down(
    school: ConsoleSchool, tmp_path: Path
) -> None:
    with nginx(tmp_path, school.console, FORWARDS) as url:
        forged = {"x-forwarded-for": "192.0.2.7"}
        answers = [guess(url, f"other-{n}", "wrong", **forged) for n in range(12)]
        assert answers[-1] == 429
        assert guess(url, "test-viewer", PASSWORD, **{"x-forwarded-for": "192.0.2.8"}) == 204
    sql = "SELECT text FROM event WHERE by = 'test-viewer' AND text LIKE '%192.0.2.8'"
    until(lambda: school.rows(sql))
