"""What one gateway knows of open incidents, the other one learns, whatever was lost on its way."""

import json

import pytest

from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import Announce, Effect, SaveIncident
from gateway.core.events import OperatorActed
from gateway.core.incidents.incident import Incident
from gateway.core.values import Now
from service.events import LinkUp, MessageReceived
from tests.gateway.core import SITE, Core, alert, at
from wire.codec import encode
from wire.ids import IncidentId, RoomId, Seconds
from wire.messages import Alert as Press
from wire.messages import FurtherPress, IncidentEvent
from wire.stage import Answer, Stage
from wire.topics import incident_topic, standby_topic


class Pair:
    """Two gateways of a school that hear each other, unless `heard` is told otherwise."""

    def __init__(self) -> None:
        self.first, self.second = Core(), Core()

    def talk(self, now: Now) -> None:
        """Each says what is open, and all that follows from it arrives."""
        link = LinkUp("broker")
        self._pass(self.first, self.second, self.first.dispatcher.handle(link, now), now)
        self._pass(self.second, self.first, self.second.dispatcher.handle(link, now), now)

    def _pass(self, speaker: Core, listener: Core, work: list[Effect], now: Now) -> None:
        said = [each for each in work if isinstance(each, Announce) and "/incident/" in each.topic]
        for each in said:
            first = speaker is self.first
            link, topic = (OTHER_GATEWAY, each.topic) if first else ("broker", standby_topic(SITE))
            event = MessageReceived(link, topic, each.payload, now.mono, retained=False)
            self._pass(listener, speaker, listener.dispatcher.handle(event, now), now)


EACH = pytest.mark.parametrize("turned", [False, True], ids=["first", "second"])


def pair(turned: bool) -> tuple[Pair, Core, Core]:
    """Both gateways, the one that something happens to, and the other one."""
    both = Pair()
    cores = (both.second, both.first) if turned else (both.first, both.second)
    return both, *cores


def pressed(core: Core, press: Press) -> Incident:
    """The core takes a press, its disk and the police have it."""
    core.keep(core.hear(press, at(0)), at(0.01))
    core.receipt(core.launches(at(0.01))[0], at(0.1))
    incident = core.incidents.of_alert(press.alert)
    assert incident
    return incident


def close(core: Core, incident: Incident) -> None:
    end = OperatorActed(incident.id, "close", "Ms Hill", "a candle", detail="false")
    core.dispatcher.handle(end, at(5))


@EACH
def test_an_end_that_one_did_not_hear_of_is_learned(turned: bool) -> None:
    both, here, there = pair(turned)
    press = alert()
    incident, other = pressed(here, press), pressed(there, press)
    close(here, incident)
    both.talk(at(60))
    assert there.incidents.all_open() == []
    assert (other.events[-1].by, other.events[-1].text) == ("Ms Hill", "a candle")
    assert other.disposition == "false"


@EACH
def test_an_alert_that_one_alone_heard_is_known_to_both_and_told_by_both(turned: bool) -> None:
    both, here, there = pair(turned)
    one, two = alert("204"), alert("205")
    for core in (here, there):
        pressed(core, one)
    here.keep(here.hear(two, at(1)), at(1.1))
    both.talk(at(2))
    told = json.loads(there.launches(at(2))[0].body)["alerts"]
    assert [each["id"] for each in told] == [one.alert, two.alert]
    assert [each["verified"] for each in told] == [True, True]


def test_presses_doubts_and_times_are_those_of_the_one_that_heard() -> None:
    both = Pair()
    both.first.hear(alert("204", presses=3, room=RoomId("999")), at(0))
    (ours,) = both.first.incidents.all_open()[0].alerts.values()
    both.talk(at(60))
    (theirs,) = both.second.incidents.all_open()[0].alerts.values()
    assert (theirs.presses, theirs.room) == (3, ours.room)
    assert theirs.pressed_at == pytest.approx(ours.pressed_at)
    assert theirs.doubts == ours.doubts != ()


@EACH
def test_each_press_that_one_alone_heard_is_dated_by_both(turned: bool) -> None:
    both, here, there = pair(turned)
    again = FurtherPress(2, Seconds(0.0), None)
    here.hear(alert(presses=2, age=Seconds(6.0), further=(again,)), at(6))
    both.talk(at(60))
    ours, theirs = (
        each
        for core in (here, there)
        for incident in core.incidents.all_open()
        for each in incident.alerts.values()
    )
    assert [press.at for press in theirs.dated] == pytest.approx(
        [press.at for press in ours.dated], abs=0.001
    )


@EACH
def test_a_receipt_and_an_answer_that_one_did_not_hear_of_are_learned(turned: bool) -> None:
    both, here, there = pair(turned)
    press = alert()
    incident = pressed(here, press)
    there.keep(there.hear(press, at(0)), at(0.01))
    day = OperatorActed(incident.id, "acknowledge", "Dispatcher Day", side=Answer.RECEIVER)
    here.dispatcher.handle(day, at(5))
    both.talk(at(60))
    other = there.incidents.of_alert(press.alert)
    assert other
    assert other.alerts[press.alert].stage is Stage.DELIVERED
    assert other.alerts[press.alert].answer is Answer.RECEIVER
    assert [each.by for each in other.events] == ["Dispatcher Day"]
    assert there.tick(at(90)) is not None
    assert "not-delivered" not in there.troubles.names


@EACH
def test_an_answer_of_the_school_to_what_nobody_outside_has_is_learned_as_that(
    turned: bool,
) -> None:
    both, here, there = pair(turned)
    press = alert()
    for core in (here, there):
        core.keep(core.hear(press, at(0)), at(0.01))
    incident = here.incidents.of_alert(press.alert)
    assert incident
    here.dispatcher.handle(OperatorActed(incident.id, "acknowledge", "Ms Ito"), at(5))
    both.talk(at(60))
    other = there.incidents.of_alert(press.alert)
    assert other
    known = other.alerts[press.alert]
    assert (known.stage, known.answer) == (Stage.RECEIVED, Answer.SCHOOL)
    there.tick(at(61))
    assert "not-delivered" in there.troubles.names


def test_a_press_more_at_one_gateway_is_learned_and_not_what_ended_before_it() -> None:
    both = Pair()
    press = alert()
    incident = pressed(both.first, press)
    pressed(both.second, press)
    close(both.first, incident)
    again = alert(name=press.alert, presses=2)
    both.second.hear(again, at(6))
    both.talk(at(60))
    found = both.first.incidents.of_alert(press.alert)
    assert found
    assert found.alerts[press.alert].presses == 2


def test_two_gateways_that_know_the_same_say_what_is_open_and_nothing_more() -> None:
    both = Pair()
    press = alert()
    for core in (both.first, both.second):
        pressed(core, press)
    for core in (both.first, both.second):
        said = [each for each in core.tick(at(20)) if isinstance(each, Announce)]
        assert [b'"open"' in each.payload for each in said].count(True) == 1
    before = both.second.incidents.all_open()[0].changes
    both.talk(at(30))
    assert both.second.incidents.all_open()[0].changes == before


def test_what_is_open_is_said_again_within_a_minute_and_not_at_every_turn() -> None:
    core = Core()
    pressed(core, alert())
    said = [core.tick(at(10 + second)) for second in range(60)]
    counts = [sum(isinstance(e, Announce) and b'"open"' in e.payload for e in w) for w in said]
    assert 1 <= sum(counts) <= 7


def test_no_two_incidents_of_a_gateway_are_reported_under_one_name() -> None:
    first, second = Core(), Core(join=60.0)
    one, two = alert("204"), alert("205")
    for seconds, press in ((0, one), (100, two)):
        first.hear(press, at(seconds))
        second.hear(press, at(seconds))
    for said in first.tick(at(101)):
        if isinstance(said, Announce) and "/incident/" in said.topic:
            event = MessageReceived(OTHER_GATEWAY, said.topic, said.payload, at(101).mono, False)
            second.dispatcher.handle(event, at(101))
    names = [each.reported_as for each in second.incidents.all_open()]
    assert len(names) == len(set(names)) == 2


def test_what_the_other_gateway_doubts_is_told_though_it_was_reported_before() -> None:
    core, press, why = Core(), alert(), "the message is not signed"
    incident = pressed(core, press)
    news = IncidentEvent(incident.id, at(1).wall, "doubted", why, ((press.alert, 1),), ())
    topic = incident_topic(SITE, incident.id)
    event = MessageReceived(OTHER_GATEWAY, topic, encode(news), at(1).mono, retained=False)
    core.dispatcher.handle(event, at(1))
    (told,) = core.report(at(1))["alerts"]
    assert (told["verified"], told["doubts"]) == (False, [why])


def test_the_name_that_the_first_gateway_gives_is_kept_at_once_for_moves_go_by_it() -> None:
    core, press, name = Core(), alert(), IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")
    core.hear(press, at(0))
    news = IncidentEvent(name, at(1).wall, "pressed", "", ((press.alert, 1),), ())
    topic = incident_topic(SITE, name)
    event = MessageReceived(OTHER_GATEWAY, topic, encode(news), at(1).mono, retained=False)
    work = core.dispatcher.handle(event, at(1))
    assert [each.name for each in work if isinstance(each, SaveIncident)] == [name]
