"""The console behind nginx as it comes out of the box, and with the addresses of those who ask."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from gateway.config.roles import Role
from tests.console.nginx import nginx
from tests.console.school import PASSWORD, ConsoleSchool, OwnConsole
from tests.waiting import until

ADDS = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
WRITES = "proxy_set_header X-Forwarded-For $http_x_real_ip;"
WRITES_AND_KEEPS = 'proxy_set_header X-Forwarded-For "$http_x_forwarded_for, $http_x_real_ip";'
NAMED = 'trusted_proxies = ["127.0.0.1"]'
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


def test_one_who_guesses_under_addresses_of_his_own_making_waits_as_well(
    school: ConsoleSchool, tmp_path: Path
) -> None:
    with closing(OwnConsole(school)) as own, nginx(tmp_path, own.url) as url:
        forged = [{"x-forwarded-for": f"203.0.113.{n}"} for n in range(14)]
        answers = [
            guess(url, "test-sro", f"wrong {n}", **header) for n, header in enumerate(forged)
        ]
        assert answers[:10] == [403] * 10
        assert answers[10] == 429
        assert guess(url, "test-staff", PASSWORD, **forged[0]) == 204
        log = (school.folder / "console-own.log").read_text()
    sql = "SELECT text FROM event WHERE by = ?"
    until(lambda: school.rows(sql, "test-sro"))
    assert not school.rows("SELECT 1 FROM event WHERE text LIKE '%203.0.113%'")
    assert log.count("trusted_proxies in [console] does not name 127.0.0.1") == 1
    assert "203.0.113" not in log


def test_a_live_link_is_looked_at_from_where_it_was_and_not_from_where_one_says(
    school: ConsoleSchool, proxy: str
) -> None:
    school.press("204")
    path = school.live_url().partition("//")[2].partition("/")[2]
    forged = {"x-forwarded-for": "203.0.113.99"}
    assert requests.get(f"{proxy}/{path}", headers=forged, timeout=10).status_code == 200
    until(lambda: school.rows("SELECT 1 FROM event WHERE by || text LIKE '%127.0.0.1%'"))
    assert not school.rows("SELECT 1 FROM event WHERE by || text LIKE '%203.0.113.99%'")
    school.close()


def test_addresses_that_a_named_one_forwards_are_throttled_and_written_down(
    school: ConsoleSchool, tmp_path: Path
) -> None:
    with closing(OwnConsole(school, more=NAMED)) as own, nginx(tmp_path, own.url, WRITES) as url:
        answers = [guess(url, f"other-{n}", "wrong", **came("192.0.2.7", n)) for n in range(12)]
        assert answers[-1] == 429
        assert guess(url, "test-viewer", PASSWORD, **came("192.0.2.8", 0)) == 204
    sql = "SELECT text FROM event WHERE by = 'test-viewer' AND text LIKE '%192.0.2.8'"
    until(lambda: school.rows(sql))


def test_of_addresses_that_are_added_to_what_a_client_wrote_the_added_one_counts(
    school: ConsoleSchool, tmp_path: Path
) -> None:
    (tmp_path / "inner").mkdir()
    with (
        closing(OwnConsole(school, more=NAMED)) as own,
        nginx(tmp_path / "inner", own.url, ADDS) as inner,
        nginx(tmp_path, inner, WRITES_AND_KEEPS) as url,
    ):
        assert guess(url, "test-viewer", PASSWORD, **came("192.0.2.9", 1)) == 204
    sql = "SELECT text FROM event WHERE by = 'test-viewer' AND text LIKE '%192.0.2.9'"
    until(lambda: school.rows(sql))


def came(address: str, number: int) -> dict[str, str]:
    """As if from an address, by one who claims another; the tests' nginx knows it by a header."""
    return {"x-real-ip": address, "x-forwarded-for": f"203.0.113.{number}"}
