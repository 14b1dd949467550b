"""When a press got how far: said once, by who was there, and never guessed."""

from collections.abc import Iterable

from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import Effect, KeepMoments
from gateway.core.events import Committed, StoredState
from gateway.core.moments import PRESSED_BY_UNIT, SENT_BY_UNIT, STORED
from gateway.core.values import Now
from service.events import MessageReceived
from tests.gateway.core import SITE, Core, alert, at
from wire.codec import encode
from wire.ids import IncidentId, Seconds, Wall
from wire.messages import Alert, FurtherPress
from wire.stage import Answer, Stage
from wire.topics import incident_topic

UNITS_CLOCK = Wall(1_790_000_000.0)


def moments(work: Iterable[Effect]) -> list[tuple[int, str, float]]:
    kept = [each for one in work if isinstance(one, KeepMoments) for each in one.moments]
    return [(press, what, when) for _, press, what, when in kept]


def committed(core: Core, press: Alert, now: Now) -> list[tuple[int, str, float]]:
    state = StoredState(press.alert, press.unit, Stage.RECEIVED, Answer.NONE, press.presses)
    return moments(core.dispatcher.handle(Committed((state,), now.wall), now))


def test_a_press_is_stored_when_the_disk_first_has_it_and_not_when_it_is_asked_again() -> None:
    core, press = Core(), alert(presses=1)
    again = alert(presses=2, name=press.alert)
    core.hear(press, at(0))
    assert committed(core, press, at(1)) == [(1, STORED, at(1).wall)]
    assert committed(core, press, at(2)) == []
    core.hear(again, at(3))
    assert committed(core, again, at(4)) == [(2, STORED, at(4).wall)]


def test_what_a_unit_says_by_its_own_clock_is_kept_beside_the_gateways_times() -> None:
    core = Core()
    press = alert(pressed_at=UNITS_CLOCK, age=Seconds(0.25))
    core.hear(press, at(0))
    told = [(1, PRESSED_BY_UNIT, UNITS_CLOCK), (1, SENT_BY_UNIT, UNITS_CLOCK + 0.25)]
    assert moments(core.tick(at(1))) == told
    core.hear(press, at(2))
    assert moments(core.tick(at(3))) == []


def test_a_further_press_has_its_own_time_and_a_clock_that_is_not_set_tells_none() -> None:
    core, first = Core(), alert(pressed_at=UNITS_CLOCK)
    further = (FurtherPress(2, Seconds(0.5), Wall(UNITS_CLOCK + 9)),)
    core.hear(first, at(0))
    core.tick(at(1))
    core.hear(alert(presses=2, name=first.alert, pressed_at=UNITS_CLOCK, further=further), at(9))
    assert moments(core.tick(at(10)))[0] == (2, PRESSED_BY_UNIT, UNITS_CLOCK + 9)
    core.hear(alert("205"), at(11))
    assert moments(core.tick(at(12))) == []


def test_the_other_gateway_was_not_the_unit_that_sent_it() -> None:
    core, press = Core(), alert(pressed_at=UNITS_CLOCK)
    topic = incident_topic(SITE, IncidentId("i-1"))
    event = MessageReceived(OTHER_GATEWAY, topic, encode(press), at(1).mono, retained=False)
    core.dispatcher.handle(event, at(1))
    assert core.launches(at(1))
    assert moments(core.tick(at(2))) == []
