"""How parts of the gateway stand is read from them: no word of theirs can be missed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.app.conditions import Conditions
from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.loop import Loop
from gateway.app.ports import Ports
from gateway.app.thread_watch import ThreadWatch
from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import Effect, SaveTrouble
from gateway.core.events import HealthStatus
from gateway.core.values import ChannelId, Now
from service.events import LinkUp
from tests.gateway.core import POLICE, SITE, Core, at
from tests.gateway.test_gateway_loop import Parts
from wire.gateway_troubles import PICTURES, UNITS_LOST


@dataclass
class Part:
    """A link, a store or a register reader, as far as its fault goes."""

    fault: str | None = None


class Failing(Dispatcher):
    """A dispatcher with a fault of ours in what is pending."""

    @property
    def pending(self) -> Sequence[Callable[[Now], Iterable[Effect]]]:
        return (self._fails, *super().pending)

    def _fails(self, _now: Now) -> list[Effect]:
        raise RuntimeError("our own fault")


class Turns:
    """The production loop, turn by turn: a second passes with each."""

    def __init__(self) -> None:
        self.core, self.inbox, self.parts = Core(), Inbox(), Parts()
        self.broker, self.other = Part(), Part()
        self.store, self.register = Part(), Part()
        links = (self.broker, self.other)
        conditions = Conditions(self.inbox, links, self.store, self.register, ThreadWatch())
        parts, self.second = self.parts, 0.0
        ports = Ports(parts, parts, {ChannelId(POLICE): parts}, parts, parts, parts, parts)
        self._loop = Loop(
            self.core.dispatcher,
            EffectRunner(SITE, ports),
            parts,
            self.inbox,
            lambda: at(self.second),
            lambda: None,
            conditions.standing,
            print,
        )

    def standing(self, *events: Any) -> set[str]:
        """Take a turn, and return which troubles stand then."""
        self.second += 1.0
        self._loop._turn(list(events))
        return {str(name) for name in self.core.troubles.names}


def test_a_trouble_is_over_though_the_event_of_its_end_was_lost() -> None:
    turns = Turns()
    turns.broker.fault, turns.store.fault = "no connection", "disk full"
    turns.register.fault = "rooms.csv: line 3"
    assert turns.standing() == {"broker", "database", "settings"}
    turns.broker.fault = turns.store.fault = turns.register.fault = None
    assert turns.standing() == set()


def test_a_trouble_begins_though_the_event_of_its_beginning_was_lost() -> None:
    turns = Turns()
    turns.other.fault = "no connection"
    assert turns.standing() == {"other-gateway"}


def test_the_newest_word_of_a_part_counts_however_many_came_before_a_look() -> None:
    turns = Turns()
    turns.inbox.put(HealthStatus(PICTURES.name(), "disk full"))
    assert turns.standing() == {"pictures"}
    for detail in ("disk full", None, "read-only", None):
        turns.inbox.put(HealthStatus(PICTURES.name(), detail))
    assert turns.standing() == set()
    rows = [each for each in turns.parts.kept if isinstance(each, SaveTrouble)]
    assert [(each.detail, each.ended is None) for each in rows] == [
        ("disk full", True),
        ("disk full", False),
    ]


def test_an_event_that_we_fail_on_hides_no_trouble_and_no_end_of_one() -> None:
    turns = Turns()
    turns.broker.fault = "no connection"
    assert "broker" in turns.standing("what nobody handles")
    turns.broker.fault = None
    assert turns.standing(LinkUp("a link that nobody knows")) == {"internal-error"}


def test_a_part_that_fails_each_second_keeps_no_other_from_its_turn() -> None:
    turns = Turns()
    turns.core.dispatcher.__class__ = Failing
    turns.second = 60.0
    assert turns.standing() == {"internal-error", UNITS_LOST.name()}
    assert turns.standing() == {"internal-error", UNITS_LOST.name()}
