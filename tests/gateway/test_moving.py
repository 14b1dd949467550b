"""A named person splits and joins incidents: what each is told with, and that nothing is lost."""

import json
from typing import Any

import pytest

from gateway.core.effects import Effect, SaveMove, SaveReceipt
from gateway.core.events import OperatorActed
from gateway.core.incidents.incident import Incident
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, IncidentId
from wire.stage import Answer, Stage

APART = IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")


def pressed(*rooms: str) -> tuple[Core, Incident, dict[str, AlertId]]:
    """A core that has delivered a press in each of these rooms, in one incident."""
    core = Core()
    names = {}
    for place, room in enumerate(rooms):
        message = alert(room)
        names[room] = message.alert
        core.delivered(message, at(place))
    return core, core.incidents.all_open()[0], names


def move(core: Core, source: IncidentId, what: str, to: str, *alerts: AlertId) -> list[Effect]:
    deed = OperatorActed(source, what, "Ms Hill", seen=dict.fromkeys(alerts, 1), detail=to)
    return core.dispatcher.handle(deed, at(10))


def told(core: Core, seconds: float = 60) -> dict[str, Any]:
    """The newest report of each incident, all of which are taken."""
    found = {}
    for launch in core.launches(at(seconds)):
        document = json.loads(launch.body)
        found[document["incident"]["id"]] = document
        core.receipt(launch, at(seconds + 0.1))
    return found


def rooms(document: dict[str, Any]) -> list[str]:
    return [each["room"]["id"] for each in document["alerts"]]


def test_after_a_split_each_of_the_two_is_reported_with_its_own_alerts_and_who_did_it() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    reports = told(core)
    assert {name: rooms(each) for name, each in reports.items()} == {
        whole.id: ["204"],
        APART: ["205"],
    }
    for each in reports.values():
        assert each["moves"][0] | {"at": "", "number": 0} == {
            "alert": names["205"], "number": 0, "from": whole.id, "to": APART,
            "by": "Ms Hill", "at": "",
        }  # fmt: skip
        assert (each["events"][-1]["what"], each["events"][-1]["text"]) == ("split", "room 205")


def test_two_persons_who_split_both_rooms_off_from_one_screen_both_have_their_way() -> None:
    core, whole, names = pressed("204", "205")
    other = IncidentId(APART.replace("b001", "b002"))
    move(core, whole.id, "split", APART, names["205"])
    move(core, whole.id, "split", other, names["204"])
    reports = told(core)
    assert (rooms(reports[APART]), rooms(reports[other])) == (["205"], ["204"])
    assert reports[whole.id]["incident"]["joined_into"] == other


@pytest.mark.parametrize("to", [APART, "", "not an id"])
def test_nothing_is_joined_into_what_is_not_open(to: str) -> None:
    core, whole, names = pressed("204", "205")
    assert move(core, whole.id, "join", to, *names.values()) == []
    assert list(whole.alerts) == list(names.values())


def test_what_is_joined_is_told_with_the_other_and_the_old_one_says_where_it_went() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    told(core, 20)
    move(core, APART, "join", whole.id, names["205"])
    reports = told(core)
    assert rooms(reports[whole.id]) == ["204", "205"]
    assert reports[APART]["incident"]["joined_into"] == whole.id
    assert (rooms(reports[APART]), reports[APART]["incident"]["status"]) == (["205"], "active")


def test_what_was_joined_ends_with_what_it_was_joined_into_and_not_before() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    move(core, APART, "join", whole.id, names["205"])
    core.dispatcher.handle(OperatorActed(APART, "close", "Mr Ito"), at(11))
    assert {each.id for each in core.incidents.all_open()} == {whole.id, APART}
    core.dispatcher.handle(OperatorActed(whole.id, "close", "Mr Ito"), at(12))
    ends = {name: each["incident"]["status"] for name, each in told(core).items()}
    assert ends == {whole.id: "closed", APART: "closed"}
    assert core.incidents.all_open() == []


def test_a_press_that_nobody_has_yet_is_owed_with_its_new_incident_and_delivered_once() -> None:
    core, whole, _ = pressed("204")
    late = alert("205")
    core.keep(core.hear(late, at(1)), at(1))
    (flight,) = core.launches(at(1))
    move(core, whole.id, "split", APART, late.alert)
    core.receipt(flight, at(11))
    saved = [
        work
        for launch in core.launches(at(60))
        for work in core.receipt(launch, at(61))
        if isinstance(work, SaveReceipt)
    ]
    assert [each.alerts for each in saved] == [((late.alert, 1),)]
    assert core.incidents.of_alert(late.alert).alerts[late.alert].stage is Stage.DELIVERED  # type: ignore[union-attr]


def test_an_alert_that_came_after_the_person_looked_stays_where_it_is() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    core.hear(alert("205", name=names["205"], presses=2), at(11))
    core.hear(alert("205"), at(11))
    moves = move(core, APART, "join", whole.id, names["205"])
    assert [each.alert for each in moves if isinstance(each, SaveMove)] == [names["205"]]


def test_who_answers_what_stood_on_one_screen_answers_both_that_it_was_split_into() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    seen = dict.fromkeys(names.values(), 1)
    deed = OperatorActed(whole.id, "acknowledge", "Hill", seen=seen, side=Answer.RECEIVER)
    core.dispatcher.handle(deed, at(12))
    answers = {a.answer for each in core.incidents.all_open() for a in each.alerts.values()}
    assert answers == {Answer.RECEIVER}


def test_who_closes_one_of_two_leaves_the_other_open() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    seen = dict.fromkeys(names.values(), 1)
    core.dispatcher.handle(OperatorActed(whole.id, "close", "Hill", seen=seen), at(12))
    assert [each.id for each in core.incidents.all_open()] == [APART]


def test_the_next_press_of_a_room_belongs_to_the_incident_that_was_pressed_last() -> None:
    core, whole, names = pressed("204", "205")
    move(core, whole.id, "split", APART, names["205"])
    third = alert("204")
    core.hear(third, at(13))
    assert core.incidents.of_alert(third.alert).id == APART  # type: ignore[union-attr]
