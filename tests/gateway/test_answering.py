"""What persons do: a line of the timeline, a further report, and what the lamps show of it."""

import json

import pytest

from gateway.actions import ACTIONS
from gateway.work import ActionTaken, Answered, KeepEvent, Work
from tests.gateway.core import POLICE, Core, alert, at, told
from wire.ids import IncidentId
from wire.stage import Stage

TOLD = [what for what, action in ACTIONS.items() if action.told]


def pressed() -> tuple[Core, IncidentId]:
    """A core whose first report was taken."""
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.01))
    core.receipt(launch, at(0.1))
    return core, launch.flight.incident


def act(core: Core, incident: IncidentId, what: str, text: str = "") -> list[Work]:
    return core.desk.hear(ActionTaken(incident, what, "Officer Day, unit 12", text), at(5))


def test_a_press_that_comes_after_somebody_closed_what_they_saw_keeps_its_incident_open() -> None:
    core, incident = pressed()
    (first,) = core.incidents.all_open()[0].alerts.values()
    core.hear(alert(name=first.id, presses=2), at(4))
    close = ActionTaken(incident, "close", "Officer Day", seen={first.id: 1})
    assert told(core.desk.hear(close, at(5))) == []
    assert core.incidents.get(incident) is not None


@pytest.mark.parametrize("what", TOLD)
def test_everything_said_is_in_a_further_report_with_its_name_and_words(what: str) -> None:
    core, incident = pressed()
    act(core, incident, what, "north door")
    (launch, *_) = core.launches(at(60))
    assert json.loads(launch.body)["events"][-1] == {
        "at": json.loads(launch.body)["events"][-1]["at"],
        "what": ACTIONS[what].words,
        "by": "Officer Day, unit 12",
        "text": "north door",
    }


def test_a_receipt_of_another_report_is_none_for_what_a_person_said_either() -> None:
    core, incident = pressed()
    act(core, incident, "message", "north door")
    (launch, *_) = core.launches(at(5))
    body = b'{"receipt": "r", "alerts": ["another"]}'
    core.desk.hear(Answered(launch.flight, 200, body, None), at(5.1))
    assert core.report(at(6))["events"][-1]["text"] == "north door"


def test_after_a_restart_what_a_person_said_is_told_once_more() -> None:
    core, incident = pressed()
    act(core, incident, "message", "north door")
    again, found = Core(), core.incidents.all_open()
    again.incidents.restore(found, {})
    again.desk.path.restored(found, {POLICE: set(found[0].alerts)}, at(20))
    assert again.report(at(20))["events"][-1]["text"] == "north door"


@pytest.mark.parametrize("what", ["confirm", "dispatched", "on-scene"])
def test_whoever_takes_it_makes_the_lamps_pulse(what: str) -> None:
    core, incident = pressed()
    assert told(act(core, incident, what)) == [Stage.CONFIRMED]
    assert told(act(core, incident, what)) == []


def test_a_cancel_recalls_nothing_and_the_incident_stays_open() -> None:
    core, incident = pressed()
    assert told(act(core, incident, "cancel")) == []
    assert core.incidents.get(incident)
    (launch, *_) = core.launches(at(60))
    assert json.loads(launch.body)["incident"]["status"] == "active"


def test_looking_is_kept_in_the_books_and_makes_no_report() -> None:
    core, incident = pressed()
    (row,) = act(core, incident, "view", "hall-2")
    assert isinstance(row, KeepEvent)
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
