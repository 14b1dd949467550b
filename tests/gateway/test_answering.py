"""What persons do: a line of the timeline, a further report, and what the lamps show of it."""

import json

import pytest

from gateway.core.effects import Effect, SaveDone, SaveEvent, SendProgress
from gateway.core.events import OperatorActed, ResponseReceived
from gateway.core.incidents.actions import ACTIONS
from tests.gateway.core import POLICE, Core, alert, answers_told, at, told
from wire.answers import EVENTS
from wire.gateway_troubles import NOT_DELIVERED
from wire.ids import IncidentId
from wire.stage import Answer, Stage

# To move alerts needs a place to move them to (test_moving.py).
TOLD = [what for what, action in ACTIONS.items() if action.told and not action.moves]


def pressed() -> tuple[Core, IncidentId]:
    """A core whose first report was taken."""
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.01))
    core.receipt(launch, at(0.1))
    return core, launch.flight.incident


def act(core: Core, incident: IncidentId, what: str, text: str = "") -> list[Effect]:
    return core.dispatcher.handle(
        OperatorActed(incident, what, "Officer Day, unit 12", text), at(5)
    )


def test_a_press_that_comes_after_somebody_closed_what_they_saw_keeps_its_incident_open() -> None:
    core, incident = pressed()
    (first,) = core.incidents.all_open()[0].alerts.values()
    core.hear(alert(name=first.id, presses=2), at(4))
    close = OperatorActed(incident, "close", "Officer Day", seen={first.id: 1})
    assert told(core.dispatcher.handle(close, at(5))) == []
    assert core.incidents.get(incident) is not None


@pytest.mark.parametrize("what", TOLD)
def test_everything_said_is_in_a_further_report_with_its_name_and_words(what: str) -> None:
    core, incident = pressed()
    act(core, incident, what, "north door")
    (launch, *_) = core.launches(at(60))
    assert json.loads(launch.body)["events"][-1] == {
        "at": json.loads(launch.body)["events"][-1]["at"],
        "what": what,
        "sentence": EVENTS[what],
        "by": "Officer Day, unit 12",
        "side": "school",
        "text": "north door",
    }


def test_a_receipt_of_another_report_is_none_for_what_a_person_said_either() -> None:
    core, incident = pressed()
    act(core, incident, "message", "north door")
    (launch, *_) = core.launches(at(5))
    body = b'{"receipt": "r", "alerts": ["another"]}'
    core.dispatcher.handle(ResponseReceived(launch.flight, 200, body), at(5.1))
    assert core.report(at(6))["events"][-1]["text"] == "north door"


def test_after_a_restart_what_a_person_said_is_told_once_more() -> None:
    core, incident = pressed()
    act(core, incident, "message", "north door")
    again, found = Core(), core.incidents.all_open()
    again.incidents.restore(found, {})
    again.dispatcher.restored(found, {POLICE: set(found[0].alerts)}, at(20))
    assert again.report(at(20))["events"][-1]["text"] == "north door"


@pytest.mark.parametrize("what", ["acknowledge", "dispatched", "on-scene"])
def test_an_acknowledgement_is_sent_to_the_lamps_with_its_side(what: str) -> None:
    core, incident = pressed()
    assert answers_told(act(core, incident, what)) == [(Stage.DELIVERED, Answer.SCHOOL)]
    assert answers_told(act(core, incident, what)) == []
    theirs = OperatorActed(incident, what, "Sgt Lee", side=Answer.RECEIVER)
    for expected in ([(Stage.DELIVERED, Answer.RECEIVER)], []):
        assert answers_told(core.dispatcher.handle(theirs, at(6))) == expected
    assert answers_told(act(core, incident, what)) == []


@pytest.mark.parametrize("what", ["acknowledge", "close"])
def test_what_the_school_does_delivers_nothing_and_the_trouble_stays_until_a_receipt(
    what: str,
) -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.01))
    core.tick(at(16))
    act(core, launch.flight.incident, what)
    core.tick(at(17))
    assert NOT_DELIVERED.name() in core.troubles.names
    core.receipt(launch, at(61))
    core.tick(at(62))
    assert NOT_DELIVERED.name() not in core.troubles.names


def test_after_a_start_what_nobody_outside_has_is_late_although_the_school_closed_it() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.01))
    found = core.incidents.all_open()
    act(core, launch.flight.incident, "close")
    again = Core()
    again.incidents.restore(found, {})
    again.dispatcher.restored(found, {POLICE: set()}, at(20))
    again.tick(at(40))
    assert NOT_DELIVERED.name() in again.troubles.names


def test_a_cancel_recalls_nothing_and_the_incident_stays_open() -> None:
    core, incident = pressed()
    assert told(act(core, incident, "cancel")) == []
    assert core.incidents.get(incident)
    (launch, *_) = core.launches(at(60))
    assert json.loads(launch.body)["incident"]["status"] == "active"


def test_looking_is_kept_in_the_books_and_makes_no_report() -> None:
    core, incident = pressed()
    (row,) = act(core, incident, "view", "hall-2")
    assert isinstance(row, SaveEvent)
    assert row.text == "hall-2"
    assert core.launches(at(60)) == []


def test_an_answer_to_what_is_over_changes_nothing() -> None:
    core, incident = pressed()
    act(core, incident, "close")
    assert act(core, incident, "message", "too late") == []


def test_a_withdrawn_link_is_followed_by_a_new_number() -> None:
    core, incident = pressed()
    before = core.incidents.get(incident)
    assert before
    assert before.link == 0
    act(core, incident, "withdraw-link")
    assert before.link == 1


def test_an_action_is_done_with_what_follows_from_it_also_if_that_is_nothing() -> None:
    core, incident = pressed()
    for name in (incident, IncidentId("over")):
        work = core.dispatcher.handle(OperatorActed(name, "message", "Day", number=7), at(5))
        assert work[-1] == SaveDone(7)
    assert SaveDone(0) not in act(core, incident, "message")


def test_an_answer_to_one_press_is_none_to_a_press_that_came_meanwhile() -> None:
    core, incident = pressed()
    (first,) = core.incidents.all_open()[0].alerts.values()
    core.keep(core.hear(alert("205"), at(4)), at(4.1))
    taken = OperatorActed(incident, "acknowledge", "Dispatcher Day", seen={first.id: 1})
    work = core.dispatcher.handle(taken, at(5))
    told_units = [each.unit for each in work if isinstance(each, SendProgress)]
    assert told_units == [first.unit]


@pytest.mark.parametrize("name", ["name of the other gateway", "name of nobody"])
def test_an_answer_finds_its_incident_by_name_or_by_what_was_seen(name: str) -> None:
    core, _ = pressed()
    (incident,) = core.incidents.all_open()
    incident.name = IncidentId("name of the other gateway")
    taken = OperatorActed(
        IncidentId(name), "acknowledge", "Day", seen=dict.fromkeys(incident.alerts, 1)
    )
    told_units = [
        w.alert for w in core.dispatcher.handle(taken, at(5)) if isinstance(w, SendProgress)
    ]
    assert told_units == list(incident.alerts)


def test_by_a_live_link_nobody_can_sign_as_a_dispatcher_does() -> None:
    core, incident = pressed()
    hill = OperatorActed(incident, "acknowledge", "Hill (county)", side=Answer.RECEIVER)
    for known in ("receiver", "link"):
        core.dispatcher.handle(hill._replace(known=known), at(5))
    told = [each["by"] for each in core.report(at(6))["events"]]
    assert told == ["Hill (county)", "Hill (county), by live link"]
