"""Who was told of a trouble stands on the console, and people take it there or by their link."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.config.roles import Role
from gateway.core.notices.matter import MatterKey, MatterName, PersonName
from gateway.core.notices.people import Person
from gateway.core.notices.schedule import Notice
from gateway.notices.record import Record, TryAnswer
from gateway.notices.roster import CarrierName, Member
from tests.accessibility import SCREENS, judge
from tests.console.school import PASSWORD, ConsoleSchool, OwnConsole
from tests.waiting import until
from wire.ids import Wall
from wire.trouble import Level

pytestmark = pytest.mark.browser

LEE, RAY = PersonName("Ms. Lee"), PersonName("Mr. Ray")
MAIL, SMS = CarrierName("1 mailtos"), CarrierName("2 twilio")
Open = Callable[[], Page]


@pytest.fixture(params=SCREENS, ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    context = browser.new_context(**request.param.options)
    yield context.new_page
    context.close()


@pytest.fixture(scope="module")
def console(school: ConsoleSchool) -> Iterator[OwnConsole]:
    """A console that also reads what was told to whom."""
    people = school.folder / "people.toml"
    people.write_text('[[person]]\nname = "Ms. Lee"\ncarriers = ["slack://T/B/C"]\n')
    tables = '[notices]\npeople = "people.toml"\npath = "notices.db"\n'
    found = OwnConsole(school, tables=tables)
    yield found
    found.close()


def _member(name: PersonName) -> Member:
    return Member(Person(name, Level.ORDINARY, alarms=False), "", [])


class Trouble:
    """One that stands, of which Ms. Lee was told and Mr. Ray could not be."""

    def __init__(self, school: ConsoleSchool, name: str) -> None:
        self.name, self.school, now = name, school, Wall(time.time())
        with closing(sqlite3.connect(school.settings.store.path, timeout=5)) as db, db:
            db.execute("INSERT INTO trouble VALUES (?,?,?,NULL)", (name, now, "It stands."))
        record = Record(school.folder / "notices.db")
        record.people_are([_member(LEE), _member(RAY)])
        self.links = [self._tell(record, each, now) for each in (LEE, RAY)]
        record.close()

    def _tell(self, record: Record, person: PersonName, now: Wall) -> str:
        key = MatterKey(MatterName(self.name), now)
        number, word = record.begin(
            Notice(person, key, Level.URGENT, 1, over=False), [MAIL, SMS], now
        )
        tries = [TryAnswer(number, each, person == LEE, "") for each in (MAIL, SMS)]
        record.answered(tries, now)
        return word

    def taken(self) -> list[str]:
        sql = "SELECT by FROM event WHERE what = 'take-trouble' AND text = ?"
        return [by for (by,) in self.school.rows(sql, self.name)]

    def end(self) -> None:
        with closing(sqlite3.connect(self.school.settings.store.path, timeout=5)) as db, db:
            db.execute("UPDATE trouble SET ended = started WHERE name = ?", (self.name,))


@pytest.fixture
def trouble(school: ConsoleSchool) -> Iterator[Trouble]:
    found = Trouble(school, f"camera-hall-{time.time_ns() % 1_000_000}")
    yield found
    found.end()


def log_in(page: Page, console: OwnConsole, role: Role) -> Page:
    page.goto(f"{console.url}/login")
    page.get_by_label("Name").fill(f"test-{role.value}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{console.url}/")
    return page


def test_the_console_shows_who_was_told_and_a_person_takes_it_there(
    opened: Open, console: OwnConsole, trouble: Trouble
) -> None:
    page = log_in(opened(), console, Role.STAFF)
    row = page.locator(".trouble", has_text=trouble.name)
    expect(row).to_contain_text("Ms. Lee was told")
    expect(row).to_contain_text("by mailtos, twilio")
    expect(row).to_contain_text("Mr. Ray could not be told")
    judge(page)
    row.get_by_role("button", name="Take it").click()
    expect(row).to_contain_text("Taken by test-staff")
    expect(row.get_by_role("button")).to_be_hidden()
    judge(page)


def test_a_link_takes_nothing_until_its_button_is_pressed(
    opened: Open, console: OwnConsole, trouble: Trouble
) -> None:
    page = opened()
    page.goto(f"{console.url}/notices/{trouble.links[1]}")
    judge(page)
    assert not trouble.taken()
    page.get_by_role("button", name="Mr. Ray: I have it").click()
    expect(page.locator("#outcome")).to_contain_text("Written down")
    assert until(trouble.taken) == ["Mr. Ray"]
    judge(page)


def test_a_link_that_is_none_and_a_viewer_take_nothing(
    console: OwnConsole, trouble: Trouble
) -> None:
    viewer = console.logged_in(Role.VIEWER)
    assert viewer.get(f"/notices/{'x' * 32}").status_code == 403
    assert viewer.post(f"/notices/{'x' * 32}", {}).status_code == 403
    assert viewer.post("/notices", {"matter": trouble.name}).status_code == 403
    staff = console.logged_in(Role.STAFF)
    assert staff.post("/notices", {"matter": "no-such-trouble"}).status_code == 409
    assert not trouble.taken()


def test_the_link_of_a_person_who_is_not_told_any_more_takes_nothing(
    school: ConsoleSchool, console: OwnConsole, trouble: Trouble
) -> None:
    record = Record(school.folder / "notices.db")
    record.people_are([_member(LEE)])
    record.close()
    anybody = console.logged_in(Role.VIEWER)
    assert anybody.get(f"/notices/{trouble.links[0]}").status_code == 200
    assert anybody.get(f"/notices/{trouble.links[1]}").status_code == 403
    assert anybody.post(f"/notices/{trouble.links[1]}", {}).status_code == 403
    assert not trouble.taken()
