"""What people answer is one vocabulary: the gateway, the receiver and both pages use its words."""

import json
import re
from pathlib import Path

import pytest

from gateway.config.roles import Role
from gateway.console.permissions import BY_LINK, RIGHTS
from gateway.core.incidents.actions import ACTIONS
from wire.answers import ANSWERS, DURESS, EVENTS, SCHOOL, TAKEN, read_answer, signed_by_link
from wire.marks import MARK, MARKING, SIGHTS, STALE_AFTER, TAKE_BACK

CONSOLE = Path("gateway/console")
BUTTONS = CONSOLE / "templates/incident.html"
POLICE_PAGE = Path("police/page/answer.js")
SIGHTS_SCRIPT = Path("service/static/sights.js")
STANDING = CONSOLE / "static/timeline.js"


def words_in(path: Path, pattern: str) -> set[str]:
    found = re.findall(pattern, path.read_text(encoding="utf-8"))
    assert found, f"{path} holds nothing like {pattern}"
    return set(found)


def test_the_gateway_acts_by_every_word_and_the_taken_ones_reach_the_lamps() -> None:
    assert {what for what, action in ACTIONS.items() if action.told} == {*ANSWERS, *SCHOOL, DURESS}
    taken = {what for what, action in ACTIONS.items() if action.takes}
    assert taken == TAKEN


def test_the_report_s_schema_knows_every_word() -> None:
    schema = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
    event = schema["properties"]["events"]["items"]["properties"]
    assert [each["const"] for each in event["what"]["anyOf"] if "const" in each] == list(EVENTS)


def test_the_console_s_page_has_a_button_for_every_word_that_is_no_text() -> None:
    assert words_in(BUTTONS, r'data-what="([^"]+)"') == {*ANSWERS, *SCHOOL} - {"message"}
    assert words_in(STANDING, r'(?m)^  "([^"]+)": \[') == set(ANSWERS) - {"message"}


def test_the_receiver_s_page_has_a_button_for_every_answer_that_is_no_text() -> None:
    assert words_in(POLICE_PAGE, r'(?m)^  "([^"]+)": "') == set(ANSWERS) - {"message"}


def test_permissions_are_given_in_the_same_words() -> None:
    assert BY_LINK - {"view", MARK} == set(ANSWERS)
    assert RIGHTS[Role.SRO] >= {*ANSWERS, *SCHOOL, *MARKING}
    assert MARK in RIGHTS[Role.STAFF]
    assert TAKE_BACK not in BY_LINK | RIGHTS[Role.STAFF] | RIGHTS[Role.VIEWER]


def test_the_pages_name_every_sight_and_call_a_mark_stale_as_the_wire_does() -> None:
    script = SIGHTS_SCRIPT.read_text(encoding="utf-8")
    shown = dict(re.findall(r'(?m)^  "([a-z]+)": "(.+)",$', script))
    assert shown == SIGHTS
    assert f"STALE_AFTER = {STALE_AFTER:.0f};" in script


@pytest.mark.parametrize(
    ("word", "answer"),
    [("on-scene", "on-scene"), ("confirm", "acknowledge"), ("close", None), ("on scene", None)],
)
def test_an_answer_is_read_by_its_word_or_its_former_one(word: str, answer: str | None) -> None:
    assert read_answer(word) == answer


def test_who_came_by_a_link_signs_so_however_long_the_name_is() -> None:
    assert signed_by_link("Hill (county)") == "Hill (county), by live link"
    long = signed_by_link("x" * 80)
    assert (len(long), long[-14:]) == (80, ", by live link")
