"""A whole simulated school with its console, and browsers that look at it."""

import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page

from gateway.config.roles import Role
from gateway.config.settings import GatewaySettings
from gateway.trust.accounts import open_accounts
from service.settings import load
from simulator.broker import free_port
from tests.simulator.running import Simulator, simulator
from tests.waiting import patience, until

RUNS = Path(__file__).resolve().parents[2] / ".run"
PASSWORD = "correct horse battery staple"


class ConsoleSchool:
    """A running simulator; `console` is the address of its console."""

    def __init__(self, running: Simulator) -> None:
        self.running = running
        self.page = running.page
        self.folder = RUNS / f"school-{running.process.pid}"
        found = until(lambda: re.search(r"The console: +(http://[^/]+)", running.said))
        assert found
        self.console = found[1]
        self.settings = load(self.folder / "gateway.toml", GatewaySettings)
        assert self.settings.accounts
        people = open_accounts(self.settings.accounts.path)
        for role in Role:
            people.add(f"test-{role.value}", role, PASSWORD)
        people.close()

    def press(self, room: str) -> None:
        requests.post(f"{self.page}rooms/{room}/press", timeout=patience(10)).raise_for_status()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(f"file:{self.settings.store.path}?mode=ro", uri=True, timeout=5)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def incident(self) -> str:
        """The newest open incident, once there is one."""
        sql = (
            "SELECT id FROM incident WHERE status = 'active' AND id IN (SELECT incident FROM alert)"
            " ORDER BY opened_at DESC"
        )
        found = until(lambda: self.rows(sql))
        return str(found[0][0])

    def live_url(self) -> str:
        """The link that the newest report at the police carries."""
        found = until(self._live_url)
        assert found
        return str(found)

    @property
    def police(self) -> str:
        """The address of the dispatchers' page."""
        found = re.search(r"The police's page: +(http://[^/]+)", self.running.said)
        assert found
        return found[1]

    def reported(self) -> dict[str, Any]:
        """The newest open incident as the police were told it; empty if there is none."""
        told = requests.get(f"{self.police}/incidents", timeout=patience(5)).json()
        return next((each for each in told if each["status"] == "active"), {})

    def cards(self) -> list[dict[str, Any]]:
        """The open incidents at the police."""
        told = requests.get(f"{self.police}/incidents", timeout=patience(5)).json()
        return [each for each in told if each["status"] == "active"]

    def links(self) -> dict[str, str]:
        """The live link of each room that is open at the police."""
        return {room["room"]: each["live_url"] for each in self.cards() for room in each["rooms"]}

    def told(self, incident: str) -> dict[str, Any]:
        """An incident as the dispatchers' page shows it; empty if it does not."""
        told = requests.get(f"{self.police}/incidents", timeout=patience(5)).json()
        return next((each for each in told if each["incident"] == incident), {})

    def _live_url(self) -> str | None:
        return self.reported().get("live_url")

    def close(self) -> None:
        """End what is open, so that the next test begins with peace."""
        sql = (
            "SELECT id FROM incident WHERE status = 'active' AND id IN (SELECT incident FROM alert)"
        )
        for (incident,) in self.rows(sql):
            command = str(Path(sys.executable).parent / "tocsin-gateway")
            config = str(self.folder / "gateway.toml")
            told = [command, "close", "--config", config, incident, "--by", "Test"]
            subprocess.run(told, check=True, capture_output=True)
        until(lambda: not self.rows("SELECT 1 FROM incident WHERE status = 'active'"))

    def age_logins(self, seconds: float = 3600.0) -> None:
        """Let it be so long ago that anybody gave a password."""
        assert self.settings.accounts
        with closing(sqlite3.connect(self.settings.accounts.path, timeout=5)) as db, db:
            db.execute("UPDATE session SET proved = proved - ?", (seconds,))

    def account(self, name: str, role: Role, password: str = PASSWORD) -> None:
        assert self.settings.accounts
        people = open_accounts(self.settings.accounts.path)
        people.add(name, role, password)
        people.close()

    def log_in(self, role: Role) -> "LoggedIn":
        return LoggedIn(self.console, f"test-{role.value}")


class OwnConsole:
    """Another console of the same school, that a test may kill."""

    def __init__(
        self,
        school: ConsoleSchool,
        with_codes: str = "",
        more: str = "",
        of_accounts: str = "",
        tables: str = "",
    ) -> None:
        """`more` are further lines of `[console]`, `of_accounts` of `[accounts]`."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        text = (school.folder / "gateway.toml").read_text()
        self._config = school.folder / "gateway-own.toml"
        port = school.console.rpartition(":")[2]
        text = text.replace(f"port = {port}", f"port = {self.port}\n{more}")
        codes = f'[accounts]\nsecond_factor = ["{with_codes}"]'
        text = text.replace("[accounts]", codes) if with_codes else text
        text = text.replace("[accounts]", f"[accounts]\n{of_accounts}")
        self._config.write_text(f"{text}\n{tables}")
        self._log = (school.folder / "console-own.log").open("ab")
        self.start()

    def start(self) -> None:
        command = str(Path(sys.executable).parent / "tocsin-gateway")
        told = [command, "console", "--config", str(self._config)]
        self._process = subprocess.Popen(told, stderr=self._log)
        until(self._answers, within=15)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def close(self) -> None:
        self.kill()
        self._log.close()

    def _answers(self) -> bool:
        assert self._process.poll() is None
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def logged_in(self, role: Role) -> "LoggedIn":
        return LoggedIn(self.url, f"test-{role.value}")


class LoggedIn:
    """What a browser's script can do for a person who has logged in, without the browser."""

    def __init__(self, console: str, name: str, password: str = PASSWORD, code: str = "") -> None:
        self.console = console
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["origin"] = console
        answer = self.post("/login", {"name": name, "password": password, "code": code})
        answer.raise_for_status()
        self.session.headers["x-csrf-token"] = self.account()["csrf"]

    def account(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/account/state").json()
        return found

    def get(self, path: str) -> requests.Response:
        return self.session.get(
            f"{self.console}{path}", timeout=patience(10), allow_redirects=False
        )

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> requests.Response:
        return self.session.post(
            f"{self.console}{path}", json=fields, headers=headers, timeout=patience(20)
        )


class Look:
    """A page in a browser, with all that went wrong in it and all it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


@contextmanager
def console_school() -> Iterator[ConsoleSchool]:
    with simulator() as running:
        yield ConsoleSchool(running)


def logged_in(page: Page, school: ConsoleSchool, role: Role) -> Page:
    """The console's first page, by the account of a role."""
    page.goto(f"{school.console}/login")
    page.get_by_label("Name").fill(f"test-{role.value}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{school.console}/")
    return page


def hang(page: Page, camera: str, x: float, y: float) -> None:
    """On the plan editor, drag a camera to a place on its sheet, in per cent."""
    marker = page.locator(f".lens[data-camera='{camera}']")
    marker.scroll_into_view_if_needed()
    sheet = marker.locator("xpath=ancestor::section").locator(".sheet").bounding_box()
    assert sheet
    marker.hover()
    page.mouse.down()
    page.mouse.move(sheet["x"] + sheet["width"] * x / 100, sheet["y"] + sheet["height"] * y / 100)
    page.mouse.up()
