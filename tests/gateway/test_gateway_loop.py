"""The gateway's loop itself, on small parts of the test's own."""

import itertools
from typing import Any

from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.loop import Loop
from gateway.app.ports import Ports
from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import Effect
from gateway.core.values import ChannelId, Now
from service.events import MessageReceived, Stop
from tests.gateway.core import POLICE, SITE, Core, alert, at
from tests.gateway.turns import Parts, Turns
from wire.codec import encode
from wire.topics import alert_topic
from wire.trouble import TroubleName


class Poisoned(Dispatcher):
    """A dispatcher with a fault of ours in it: one kind of event makes it raise."""

    def handle(self, event: Any, now: Now) -> list[Effect]:
        if event == "poison":
            raise RuntimeError("our own fault")
        return super().handle(event, now)


def test_an_event_that_we_fail_on_takes_neither_the_next_alert_nor_the_process_with_it() -> None:
    core, parts, inbox, seconds = Core(), Parts(), Inbox(), itertools.count()
    core.dispatcher.__class__ = Poisoned
    press = alert()
    inbox.put("poison")
    topic = alert_topic(SITE, press.unit)
    inbox.put(MessageReceived("broker", topic, encode(press), at(0).mono, retained=False))
    inbox.put(Stop())
    ports = Ports(parts, parts, {ChannelId(POLICE): parts}, parts, parts, parts, parts)
    clock = (at(float(second)) for second in seconds)
    effects, ticks = EffectRunner(SITE, ports), lambda: next(clock)
    again, no_fault = (lambda: None), dict[TroubleName, str]
    Loop(core.dispatcher, effects, parts, inbox, ticks, again, no_fault, lambda _: None).run()
    assert press.alert in parts.launched[0].body


def test_what_is_announced_to_the_standby_does_not_starve_under_steady_traffic() -> None:
    turns, steady = Turns(seconds=0.05), alert("205")
    topic = alert_topic(SITE, steady.unit)
    message = MessageReceived("broker", topic, encode(steady), at(0).mono, retained=False)
    turns.core.hear(alert(), at(0))
    for _ in range(25):
        turns.standing(message)
    told = [topic for topic in turns.parts.told if "/incident/" in topic]
    assert told, "the loop had no pause for 1.25 s, and told nobody"
