"""All that is under way: messages and answers that may be lost, repeated, reordered or held up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.core.values import ReportId

# The life of a gateway that no gateway lives: an answer to it finds nobody.
NOBODY = -1


class ToGateway(NamedTuple):
    """A unit's words on its own topic, or the other gateway's news, to gateway `number`."""

    number: int
    link: str
    topic: str
    payload: bytes


class ToUnit(NamedTuple):
    """Progress, from gateway `number` to the unit of that name."""

    number: int
    unit: str
    payload: bytes


class ToPolice(NamedTuple):
    """A report on its way from a gateway in its `life`, so that no answer reaches another life."""

    number: int
    life: int
    flight: ReportId
    body: str


class FromPolice(NamedTuple):
    """What an endpoint said to a report; `status` 0 is a line that broke."""

    number: int
    life: int
    flight: ReportId
    status: int
    body: bytes
    headers: Mapping[str, str]


Letter = ToGateway | ToUnit | ToPolice | FromPolice


@dataclass
class Network:
    """Letters in the order in which they left; which arrives next is for the machine to say.

    `past` is what gateways were sent before, for replays.
    """

    under_way: list[Letter]
    past: list[ToGateway] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.under_way.append(letter)
        if isinstance(letter, ToGateway):
            self.past.append(letter)

    def take(self, at: int) -> Letter:
        """Take a letter out, whichever."""
        return self.under_way.pop(at % len(self.under_way))

    def cut(self, number: int, flight: ReportId) -> bool:
        """A report was abandoned: it may still arrive, but its answer will not.

        False if an answer is there already: then it is that which its gateway hears.
        """
        if any(_is_answer(each, number, flight) for each in self.under_way):
            return False
        self.under_way = [_orphan(each, number, flight) for each in self.under_way]
        return True


def _is_answer(letter: Letter, number: int, flight: ReportId) -> bool:
    return isinstance(letter, FromPolice) and (letter.number, letter.flight) == (number, flight)


def _orphan(letter: Letter, number: int, flight: ReportId) -> Letter:
    if isinstance(letter, ToPolice) and (letter.number, letter.flight) == (number, flight):
        return letter._replace(life=NOBODY)
    return letter
