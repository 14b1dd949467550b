"""Home Assistant is told of site and rooms by its own rules, read-only, and a portion at a time."""

import json
from typing import Any

import pytest

from gateway.core.effects import Announce
from gateway.core.events import OperatorActed
from gateway.core.supervision.home_states import HomeStates
from service.events import LinkUp
from tests.gateway.core import REGISTER, SITE, Core, alert, at
from tests.wire.home_assistant import faults_in
from wire.home import DISCOVERY_LASTS, STATE_LASTS
from wire.topics import DISCOVERY, ROOT

HOME = f"{ROOT}/{SITE}/home"
UNIT = "lincoln-204"


class House:
    """A school whose core shows it to Home Assistant, and what the broker keeps of that."""

    def __init__(self) -> None:
        self.core, self.kept = Core(), dict[str, bytes]()
        dispatcher = self.core.dispatcher
        dispatcher.state.home = HomeStates(
            SITE,
            "Lincoln School",
            lambda: dispatcher.register,
            self.core.incidents,
            dispatcher.is_lost,
        )

    def ticks(self, since: float, seconds: int = 40) -> list[Announce]:
        told = [
            each
            for n in range(seconds)
            for each in self.core.tick(at(since + n))
            if isinstance(each, Announce) and each.topic.startswith((HOME, DISCOVERY))
        ]
        self.kept.update({each.topic: each.payload for each in told})
        return told


def discovered(house: House) -> dict[str, Any]:
    return {
        topic: json.loads(payload)
        for topic, payload in house.kept.items()
        if topic.startswith(DISCOVERY)
    }


def test_every_discovery_is_one_that_home_assistant_takes_and_none_commands() -> None:
    house = House()
    house.ticks(0)
    found = discovered(house)
    assert len(found) == len(REGISTER.by_unit) + 1
    for topic, message in found.items():
        assert faults_in(topic, message) == []
        assert "command" not in json.dumps(message)
    ids = [message["components"]["state"]["unique_id"] for message in found.values()]
    assert len({*ids}) == len(ids)
    topics = {message["components"]["state"]["state_topic"] for message in found.values()}
    assert topics == {each for each in house.kept if each.startswith(HOME)}


@pytest.mark.parametrize(
    "spoilt",
    [{"device": {}}, {"origin": {}}, {"components": {}}, {"command_topic": "x"}],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_the_rules_refuse_what_home_assistant_would(spoilt: dict[str, Any]) -> None:
    house = House()
    house.ticks(0)
    topic, message = next(iter(discovered(house).items()))
    assert faults_in(topic, {**message, **spoilt})
    assert faults_in(topic.replace("/config", "/a b/config"), message)


def test_a_room_is_ok_in_alarm_and_ok_again_and_the_site_with_it() -> None:
    house = House()
    house.ticks(0, 5)
    assert (house.kept[f"{HOME}/{UNIT}"], house.kept[HOME]) == (b"ok", b"ok")
    house.core.hear(alert("204"), at(6))
    house.ticks(6, 2)
    assert (house.kept[f"{HOME}/{UNIT}"], house.kept[HOME]) == (b"alarm", b"alarm")
    (incident,) = house.core.incidents.all_open()
    house.core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Ito"), at(9))
    house.ticks(9, 2)
    assert (house.kept[f"{HOME}/{UNIT}"], house.kept[HOME]) == (b"ok", b"ok")


def test_a_unit_that_is_not_heard_is_silent() -> None:
    house = House()
    house.ticks(0, 30)
    assert (house.kept[f"{HOME}/{UNIT}"], house.kept[HOME]) == (b"silent", b"silent")


def test_it_is_told_by_portions_and_anew_before_the_broker_forgets_it() -> None:
    house = House()
    assert max(len(house.ticks(n, 1)) for n in range(20)) <= 32
    house.ticks(20, 20)
    assert house.ticks(40, 5) == []
    again = [each for n in range(0, 80, 2) for each in house.ticks(45 + n, 1)]
    assert {each.topic for each in again} == {each for each in house.kept if HOME in each}
    assert {each.lasts for each in again} == {STATE_LASTS}
    assert DISCOVERY_LASTS > STATE_LASTS
    house.core.dispatcher.handle(LinkUp("broker"), at(200))
    house.kept.clear()
    house.ticks(200)
    assert discovered(house)


def test_a_school_that_does_not_ask_shows_nothing() -> None:
    told = [each for n in range(40) for each in Core().tick(at(n)) if isinstance(each, Announce)]
    assert not [each for each in told if each.topic.startswith((HOME, DISCOVERY))]
