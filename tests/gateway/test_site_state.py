"""How all stands is told at each change, and again for those who come late."""

import json
from typing import Any

from gateway.core.effects import Announce, Effect
from gateway.core.events import OperatorActed
from service.events import LinkUp
from tests.gateway.core import Core, alert, at
from wire.gateway_troubles import CLOCK
from wire.state import STATE_EVERY, STATE_LASTS


def states(work: list[Effect]) -> dict[str, Any]:
    """What is told of how all stands, by its kind."""
    told = [each for each in work if isinstance(each, Announce) and each.lasts]
    assert all("/state/" in each.topic for each in told)
    found = [json.loads(each.payload) for each in told]
    return {each["of"]: each for each in found}


def test_nothing_new_is_told_until_it_would_grow_old() -> None:
    core = Core()
    assert states(core.tick(at(0))).keys() == {"incident", "trouble"}
    assert states(core.tick(at(1))) == {}
    assert states(core.tick(at(STATE_EVERY))).keys() == {"incident", "trouble"}
    assert STATE_LASTS > 2 * STATE_EVERY


def test_an_incident_stands_from_its_first_press_until_a_person_closes_it() -> None:
    core = Core()
    core.tick(at(0))
    core.hear(alert("204"), at(1))
    (opened,) = states(core.tick(at(1)))["incident"]["incidents"]
    assert (opened["rooms"], opened["alerts"], opened["answer"]) == (["204"], 1, "none")
    (incident,) = core.incidents.all_open()
    core.dispatcher.handle(OperatorActed(incident.id, "acknowledge", "Ms Ito"), at(2))
    (taken,) = states(core.tick(at(2)))["incident"]["incidents"]
    assert taken["answer"] == "school"
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Ito"), at(3))
    assert states(core.tick(at(3)))["incident"]["incidents"] == []


def test_a_trouble_stands_until_it_is_over() -> None:
    core = Core()
    core.troubles.start(CLOCK.name(), "not set", at(0).wall)
    (stands,) = states(core.tick(at(0)))["trouble"]["troubles"]
    assert (stands["name"], stands["level"]) == ("clock", "ordinary")
    core.troubles.end(CLOCK.name(), at(1).wall)
    assert states(core.tick(at(1)))["trouble"]["troubles"] == []


def test_a_broker_that_is_back_is_told_at_once() -> None:
    core = Core()
    core.tick(at(0))
    core.dispatcher.handle(LinkUp("broker"), at(1))
    assert states(core.tick(at(1))).keys() == {"incident", "trouble"}
