"""A named person who closes an incident says what it was, and everybody who reads of it is told."""

import json
from pathlib import Path

import pytest

from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import Announce, SaveEvent
from gateway.core.events import OperatorActed
from gateway.core.incidents.incident import Incident
from gateway.store import asked_actions, sql
from gateway.store.actions import ActionQueue, QueuedAction
from gateway.store.saved_state import held
from gateway.store.schema import open_database
from service.events import MessageReceived
from tests.gateway.core import Core, alert, at
from tests.gateway.stored import INCIDENT
from wire.disposition import DISPOSITIONS
from wire.ids import IncidentId, Monotonic, Wall


def closed(*said: str) -> Core:
    """A core with a press that persons closed, one after the other, as these."""
    core = Core()
    launch = core.delivered(alert(), at(0))
    core.hear(alert("205"), at(0.1))
    alerts = list(core.incidents.all_open()[0].alerts)
    for place, detail in enumerate(said):
        incident, seen = launch.flight.incident, {alerts[place]: 1}
        deed = OperatorActed(incident, "close", "Ms Hill", "a word", seen, detail=detail)
        core.dispatcher.handle(deed, at(1 + place))
    return core


@pytest.mark.parametrize("said", DISPOSITIONS)
def test_the_report_of_what_is_closed_says_what_it_was_and_the_note(said: str) -> None:
    document = json.loads(closed(said, said).launches(at(60))[0].body)
    assert document["incident"]["status"] == "closed"
    assert document["incident"]["disposition"] == said
    assert document["events"][-1]["text"] == "a word"


@pytest.mark.parametrize("order", [("real", "false"), ("false", "real")])
def test_where_two_persons_close_it_the_weightier_word_counts(order: tuple[str, str]) -> None:
    document = json.loads(closed(*order).launches(at(60))[0].body)
    assert document["incident"]["disposition"] == "real"


def test_while_a_press_is_open_nothing_is_said_of_what_it_was() -> None:
    document = json.loads(closed("false").launches(at(60))[0].body)
    assert document["incident"]["status"] == "active"
    assert "disposition" not in document["incident"]


def test_a_word_that_is_none_closes_all_the_same() -> None:
    document = json.loads(closed("prank", "").launches(at(60))[0].body)
    assert document["incident"]["status"] == "closed"
    assert "disposition" not in document["incident"]


def test_what_it_was_survives_a_start_and_a_row_that_does_not_say(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tocsin.db")
    incident = Incident(INCIDENT, Wall(1.0), Monotonic(0.0), closed=True, disposition="false")
    sql.write(db, [incident.head(), incident.head()._replace(disposition="")])
    (found,) = held(db, [], Monotonic(1.0)).incidents
    assert found.disposition == "false"
    db.close()


def test_what_a_person_said_reaches_the_gateway_through_its_table(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tocsin.db")
    deed = QueuedAction(IncidentId("i"), "close", "Ms Hill", "a word", detail="drill")
    ActionQueue(tmp_path / "tocsin.db").put([deed])
    (given,) = asked_actions.new_actions(db, set())
    assert (given.text, given.detail) == ("a word", "drill")
    db.close()


def test_what_is_closed_in_several_messages_is_one_line_at_the_other_gateway() -> None:
    first, second = Core(), Core()
    for wall in range(300, 360):
        press = alert(str(wall))
        first.hear(press, at(0))
        second.hear(press, at(0))
    (here,), (there,) = first.incidents.all_open(), second.incidents.all_open()
    close = OperatorActed(here.id, "close", "Ms Ito", detail="drill")
    told = [each for each in first.dispatcher.handle(close, at(1)) if isinstance(each, Announce)]
    heard = [
        MessageReceived(OTHER_GATEWAY, each.topic, each.payload, at(1).mono, retained=False)
        for each in told
    ]
    work = [each for event in heard for each in second.dispatcher.handle(event, at(1))]
    assert len(told) == 3
    assert [each.by for each in work if isinstance(each, SaveEvent)] == ["Ms Ito"]
    assert (there.closed, there.disposition) == (True, "drill")
