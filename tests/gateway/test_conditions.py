"""How parts of the gateway stand is read from them: no word of theirs can be missed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import Effect, SaveTrouble
from gateway.core.events import HealthStatus
from gateway.core.values import Now
from service.events import LinkUp
from tests.gateway.core import alert, at
from tests.gateway.turns import Turns
from wire.gateway_troubles import NOT_DELIVERED, PICTURES
from wire.supervision_troubles import UNITS_LOST


class Failing(Dispatcher):
    """A dispatcher with a fault of ours in what is pending."""

    @property
    def pending(self) -> Sequence[Callable[[Now], Iterable[Effect]]]:
        return (self._fails, *super().pending)

    def _fails(self, _now: Now) -> list[Effect]:
        raise RuntimeError("our own fault")


class FailsOnce(dict[Any, str]):
    """What no report could be written of, with a fault of ours at the first look."""

    looks = 0

    def items(self) -> Any:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("our own fault")
        return super().items()


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


def test_the_end_of_a_trouble_is_told_though_what_found_it_failed_in_the_same_turn() -> None:
    turns = Turns()
    turns.core.keep(turns.core.hear(alert(), at(0)), at(0))
    turns.second = 15.0
    assert NOT_DELIVERED.name() in turns.standing()
    turns.core.receipt(turns.parts.launched[-1], at(16))
    turns.core.outbox.unwritten = FailsOnce()
    turns.standing()
    turns.standing()
    rows = [each for each in turns.parts.kept if isinstance(each, SaveTrouble)]
    ended = [each.ended is not None for each in rows if each.name == NOT_DELIVERED.name()]
    assert ended == [False, True]
