"""docs/mqtt.md: its topics are those of the code, its readers those whom the broker lets read."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gateway.core.incidents.actions import ACTIONS
from gateway.trust.broker.acl import CANARIES, SUPERVISOR, access_list
from wire import topics
from wire.ids import IncidentId, SiteId, UnitId
from wire.stage import Answer
from wire.topics import ROOT, Hearing, alert_topic, heartbeat_topic, incident_topic, progress_topic

TEXT = Path("docs/mqtt.md").read_text(encoding="utf-8")
SITE, UNIT, INCIDENT = SiteId("<site>"), UnitId("<unit>"), IncidentId("<incident>")


def rows(heading: str) -> list[list[str]]:
    """The table under a heading, without its first two rows."""
    part = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found]


def branches(cell: str) -> set[str]:
    return {each.removesuffix("/#") for each in re.findall(r"`([^`]+)`", cell)}


def rules(heard: Mapping[UnitId, Sequence[Hearing]]) -> set[tuple[str, str, str]]:
    """Who may do what, as the broker is told it; the site's own branch without its root."""
    user, told = "", set()
    for line in access_list(SiteId("lincoln"), (), heard).splitlines():
        kind, access, *topic = line.split()
        if kind == "user":
            user = access
        else:
            who = "a unit" if kind == "pattern" else user
            branch = topic[0].removeprefix(f"{ROOT}/lincoln/").removesuffix("/#")
            told.add((who, access, branch.replace("%u", "<its name>")))
    return told


def test_every_topic_that_anybody_speaks_on_is_in_the_table() -> None:
    shown = {topic.strip("`") for topic, *_ in rows("Topics")}
    assert shown == {
        alert_topic(SITE, UNIT),
        heartbeat_topic(SITE, UNIT),
        topics.standby_topic(SITE),
        progress_topic(SITE, UNIT),
        incident_topic(SITE, INCIDENT),
        topics.trouble_topic(SITE, "<name>"),
        *(topics.state_topic(SITE, of) for of in ("incident", "trouble")),
        topics.home_topic(SITE),
        topics.home_topic(SITE, UNIT),
        topics.discovery_topic("<id>"),
    }


def test_who_may_read_and_write_is_what_the_broker_is_told() -> None:
    told = rules({})
    shown = {
        ((re.findall(r"`(.+?)`", who) or ["a unit"])[0], access, branch)
        for who, writes, reads in rows("Who may read and write")
        if "listener" not in who
        for access, cell in (("write", writes), ("read", reads))
        for branch in branches(cell)
    }
    probes = {each for each in told if each[0] in (*CANARIES, SUPERVISOR)}
    assert shown == told - probes


@pytest.mark.parametrize(
    ("of", "words"),
    [("incident", "incidents"), ("trouble", "troubles"), ("home", "Home Assistant")],
)
def test_a_listener_reads_what_the_table_says_and_writes_nothing(of: Hearing, words: str) -> None:
    told = {each for each in rules({UnitId("pa-1"): [of]}) if each[0] == "pa-1"}
    ((_, writes, reads),) = [
        row for row in rows("Who may read and write") if "listener" in row[0] and words in row[0]
    ]
    assert branches(writes) == {branch for _, access, branch in told if access == "write"}
    assert branches(reads) == {branch for _, access, branch in told if access == "read"}


def test_the_words_of_events_are_those_of_the_code() -> None:
    published = {ACTIONS[what].sentence for what in ("acknowledge", "close")}
    part = TEXT.partition("- `what`:")[2].partition("\n- ")[0]
    words = set(re.findall(r"`([a-z]+)`", part)) - {"by", "mark"}
    assert words == {"pressed", "delivered", "marked", *published}


def test_every_answer_stands_in_the_page() -> None:
    part = TEXT.partition("- `answer`:")[2].partition("\n- ")[0]
    assert set(re.findall(r"`([a-z]+)`", part)) >= {answer.word for answer in Answer}


def test_every_file_that_it_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert [each for each in targets if not (Path("docs") / each).exists()] == []
