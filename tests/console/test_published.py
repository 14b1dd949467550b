"""docs/publishing.md: its lines for nginx, as they are written, before a real console."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import urllib3
from playwright.sync_api import Browser, expect

from gateway.config.settings import ConsoleSettings
from simulator.broker import free_port
from tests.console.nginx import serving
from tests.console.school import ConsoleSchool
from tests.service.brokers import new_authority
from tests.waiting import patience, until

TEXT = Path("docs/publishing.md").read_text(encoding="utf-8")
LINES = re.findall(r"```nginx\n(.*?)```", TEXT, re.DOTALL)[0]
SETTINGS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)[0]
NAME = "console.lincoln.example"
FILES = f"/etc/letsencrypt/live/{NAME}"


class Published(NamedTuple):
    """Where the proxy listens, and who trusts it as a phone does: a whole chain, and the name."""

    plain: int
    port: int
    ca: Path

    def get(self, path: str) -> urllib3.BaseHTTPResponse:
        with urllib3.HTTPSConnectionPool(
            "127.0.0.1", self.port, ca_certs=str(self.ca), server_hostname=NAME,
            assert_hostname=NAME, timeout=patience(5), retries=False,
        ) as pool:  # fmt: skip
            return pool.request("GET", path, headers={"Host": NAME})


@pytest.fixture
def published(school: ConsoleSchool, tmp_path: Path) -> Iterator[Published]:
    new_authority().sign(tmp_path, "console", host=NAME)
    chain = (tmp_path / "console.crt").read_text() + (tmp_path / "ca.crt").read_text()
    (tmp_path / "fullchain.pem").write_text(chain)
    (tmp_path / "console.key").rename(tmp_path / "privkey.pem")
    plain, port = free_port(), free_port()
    lines = LINES.replace(FILES, str(tmp_path)).replace("/var/www/html", str(tmp_path / "html"))
    lines = lines.replace("http://127.0.0.1:8712", school.console)
    for ours, theirs in ((80, plain), (443, port)):
        lines = re.sub(rf"listen (\[::\]:)?{ours}\b", rf"listen \g<1>{theirs}", lines)
    challenge = tmp_path / "html/.well-known/acme-challenge"
    challenge.mkdir(parents=True)
    (challenge / "token").write_text("of the authority")
    with serving(tmp_path, lines, port):
        yield Published(plain, port, tmp_path / "ca.crt")


def test_the_address_that_reports_carry_is_the_one_that_is_published() -> None:
    console = ConsoleSettings(**tomllib.loads(SETTINGS)["console"])
    assert console.address == f"https://{NAME}"
    assert f"server_name {NAME};" in LINES
    assert console.trusted_proxies == ("127.0.0.1/32",)


def test_what_is_not_tls_is_sent_there_but_the_authority_s_question_is_answered(
    published: Published,
) -> None:
    with urllib3.HTTPConnectionPool("127.0.0.1", published.plain, retries=False) as pool:
        headers = {"Host": NAME}
        moved = pool.request("GET", "/live/x/", headers=headers, redirect=False)
        asked = pool.request("GET", "/.well-known/acme-challenge/token", headers=headers)
    assert (moved.status, moved.headers["location"]) == (301, f"https://{NAME}/live/x/")
    assert asked.data == b"of the authority"


def test_a_stranger_reaches_live_links_and_nothing_else(
    school: ConsoleSchool, published: Published
) -> None:
    school.press("204")
    path = "/" + school.live_url().partition("//")[2].partition("/")[2]
    assert published.get(path).status == 200
    assert published.get("/static/page.css").status == 200
    assert b"This link has ended" in published.get("/live/nothing/").data
    for inside in ("/", "/login", "/state", "/plan", "/cameras/hall-2/test", "/live/../login"):
        refused = published.get(inside)
        assert (refused.status, b"nginx" in refused.data) == (403, True), inside
    school.close()


@pytest.mark.browser
def test_an_officer_s_phone_sees_live_pictures_and_answers_through_it(
    school: ConsoleSchool, published: Published, browser: Browser
) -> None:
    school.press("204")
    path = school.live_url().partition("//")[2].partition("/")[2]
    # The chain is judged above; this browser has no way to be told of a test's authority.
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"https://127.0.0.1:{published.port}/{path}")
    expect(page.locator("body")).to_have_attribute("data-link", "up")
    image = page.locator(".camera[data-state=live] img").first
    expect(image).to_be_visible(timeout=patience(5_000))
    first = image.get_attribute("data-at")
    until(lambda: image.get_attribute("data-at") != first)
    school.press("205")
    expect(page.locator("#newest")).to_have_text("205", timeout=patience(2_000))
    page.get_by_label("Your name").fill("Ofc. Rivera")
    page.get_by_label("Message").fill("on our way")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#timeline")).to_contain_text("on our way")
    context.close()
    school.close()


def test_nginx_finds_nothing_to_say_against_it(published: Published) -> None:
    settings = published.ca.parent / "nginx.conf"
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert found
    said = subprocess.run(
        [found, "-t", "-p", str(settings.parent), "-c", str(settings)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr
