"""Marks on the plan: in the next report, at the other gateway, bounded, and told by no one else."""

import json
from typing import Any

import pytest

from gateway.core.effects import Effect, SaveMark
from gateway.core.events import OperatorActed
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.registry import Incidents
from tests.gateway.core import POLICE, Core, alert, at
from tests.gateway.test_comparison import EACH, pair, pressed
from wire.ids import IncidentId, MarkId, Wall
from wire.limits import MOST_MARKS_BY_LINKS
from wire.mark_fields import Marking
from wire.marks import MARK, TAKE_BACK, Known, Spot, standing

APART = IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")
NOWHERE = Spot("", "", "", None, None)


def name(number: int) -> MarkId:
    return MarkId(f"{number:08x}-0000-4000-8000-000000000000")


def put(
    core: Core,
    incident: Incident,
    number: int = 1,
    seconds: float = 5,
    known: Known = "account",
    **spot: Any,
) -> list[Effect]:
    """A person marks the plan, in room 204 unless the place is another."""
    where = NOWHERE._replace(**(spot or {"room": "204"}))
    marking = Marking(name(number), "seen", where)
    acted = OperatorActed(incident.id, MARK, "Ms Hill", "red jacket", known=known, marking=marking)
    return core.dispatcher.handle(acted, at(seconds))


def take_back(core: Core, incident: Incident, known: Known = "account") -> list[Effect]:
    acted = OperatorActed(incident.id, TAKE_BACK, "Mr Lee", known=known, marking=Marking(name(1)))
    return core.dispatcher.handle(acted, at(30))


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def incident(core: Core) -> Incident:
    return pressed(core, alert("204"))


def test_a_mark_is_in_the_next_report_with_its_place_its_name_and_its_time(
    core: Core, incident: Incident
) -> None:
    put(core, incident)
    report = core.report(at(6))
    assert report["marks"] == [
        {
            "id": name(1),
            "what": "seen",
            "sentence": "seen here: Main, floor 2, room 204",
            "building": "Main",
            "floor": "2",
            "room": "204",
            "x": 10.0,
            "y": 20.0,
            "note": "red jacket",
            "by": "Ms Hill",
            "known": "account",
            "seen_at": "2026-09-21T14:13:25.000Z",
            "received_at": "2026-09-21T14:13:25.000Z",
        }
    ]
    assert report["marks_put"] == 1


def test_a_place_on_the_plan_is_named_after_the_nearest_room(
    core: Core, incident: Incident
) -> None:
    put(core, incident, building="Main", floor="2", x=28.0, y=25.0)
    (mark,) = incident.marks
    assert mark.spot == Spot("Main", "2", "205", 28.0, 25.0)


@pytest.mark.parametrize("words", ["205", "room 205", "ROOM 205"])
def test_a_room_is_found_by_what_a_person_calls_it(
    core: Core, incident: Incident, words: str
) -> None:
    put(core, incident, room=words)
    assert incident.marks[0].spot == Spot("Main", "2", "205", 30.0, 20.0)


def test_a_room_that_the_register_does_not_know_stays_in_words(
    core: Core, incident: Incident
) -> None:
    put(core, incident, room="behind the gym")
    assert core.report(at(6))["marks"][0]["sentence"] == "seen here: room behind the gym"


def test_what_was_taken_back_is_in_no_further_report(core: Core, incident: Incident) -> None:
    put(core, incident)
    take_back(core, incident)
    report = core.report(at(40))
    assert (report["marks"], report["marks_put"]) == ([], 1)


def test_a_receiver_takes_back_no_mark_of_the_school(core: Core, incident: Incident) -> None:
    put(core, incident)
    assert take_back(core, incident, "receiver") == []
    put(core, incident, 1, known="receiver")
    assert len(standing(incident.marks)) == 1


def test_the_same_mark_twice_is_one_and_no_news(core: Core, incident: Incident) -> None:
    assert put(core, incident)
    changes = incident.changes
    assert put(core, incident, seconds=9) == []
    assert incident.changes == changes


def test_nothing_is_seen_after_it_was_told(core: Core, incident: Incident) -> None:
    later = Marking(name(1), "seen", NOWHERE._replace(room="204"), Wall(at(900).wall))
    acted = OperatorActed(incident.id, MARK, "Ms Hill", marking=later)
    core.dispatcher.handle(acted, at(5))
    assert incident.marks[0].seen_at == at(5).wall


def test_a_flood_by_live_links_displaces_no_officer_s_mark(core: Core, incident: Incident) -> None:
    put(core, incident, 9999, 1)
    for number in range(300):
        put(core, incident, number, 2 + number / 100, "link")
    report = core.report(at(60))
    assert len(report["marks"]) == 1 + MOST_MARKS_BY_LINKS
    assert report["marks"][0]["id"] == name(9999)
    assert report["marks_put"] == 301


def test_an_incident_without_marks_says_so(core: Core) -> None:
    core.hear(alert("204"), at(0))
    report = core.report(at(0))
    assert (report["marks"], report["marks_put"]) == ([], 0)


def test_a_mark_on_a_closed_incident_does_nothing(core: Core, incident: Incident) -> None:
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Hill"), at(4))
    assert put(core, incident) == []


def test_after_a_restart_a_mark_is_told_once_more(core: Core, incident: Incident) -> None:
    put(core, incident)
    again = Core()
    again.incidents.restore([incident], {})
    again.dispatcher.restored([incident], {POLICE: set(incident.alerts)}, at(20))
    assert len(again.report(at(20))["marks"]) == 1


def test_marks_go_with_all_that_is_joined_into_another_incident(
    core: Core, incident: Incident
) -> None:
    other = alert("205")
    core.hear(other, at(1))
    split = OperatorActed(incident.id, "split", "Ms Hill", seen={other.alert: 1}, detail=APART)
    core.dispatcher.handle(split, at(2))
    (apart,) = [each for each in core.incidents.all_open() if each.id == APART]
    put(core, apart, 1)
    put(core, incident, 2)
    join = split._replace(incident=APART, what="join", detail=incident.id)
    saved = core.dispatcher.handle(join, at(6))
    assert [each.id for each in standing(incident.marks)] == [name(1), name(2)]
    assert [each.mark.id for each in saved if isinstance(each, SaveMark)] == [name(1)]


def marks_of(incidents: Incidents) -> list[str]:
    return [mark.id for each in incidents.all_open() for mark in standing(each.marks)]


@EACH
def test_the_other_gateway_learns_every_mark_however_much_was_lost(turned: bool) -> None:
    both, here, there = pair(turned)
    press = alert("204")
    incident, other = pressed(here, press), pressed(there, press)
    put(here, incident, 1, 5)
    put(here, incident, 2, 6)
    put(there, other, 3, 7, "link")
    both.talk(at(20))
    assert marks_of(here.incidents) == marks_of(there.incidents) == [name(1), name(2), name(3)]
    take_back(there, other)
    both.talk(at(40))
    assert marks_of(here.incidents) == marks_of(there.incidents) == [name(2), name(3)]


@EACH
def test_two_gateways_that_know_the_same_marks_say_no_more(turned: bool) -> None:
    both, here, there = pair(turned)
    press = alert("204")
    incident, _ = pressed(here, press), pressed(there, press)
    put(here, incident)
    both.talk(at(20))
    before = [each.changes for core in (here, there) for each in core.incidents.all_open()]
    both.talk(at(40))
    after = [each.changes for core in (here, there) for each in core.incidents.all_open()]
    assert before == after


def test_a_mark_is_handed_to_the_disk_as_it_is_known(core: Core, incident: Incident) -> None:
    saved = [work for work in put(core, incident) if isinstance(work, SaveMark)]
    assert [each.mark for each in saved] == list(incident.marks)
    assert json.dumps(saved[0].mark.note) == '"red jacket"'
