"""All that is under way: messages and answers that may be lost, repeated, reordered or held up."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.work import Flight


class ToGateway(NamedTuple):
    """A unit's words on its own topic, or the other gateway's news, to gateway `number`."""

    number: int
    link: str
    topic: str
    payload: bytes


class ToUnit(NamedTuple):
    """Progress, to the unit of that name."""

    unit: str
    payload: bytes


class ToPolice(NamedTuple):
    """A report on its way from a gateway in its `life`, so that no answer reaches another life."""

    number: int
    life: int
    flight: Flight
    body: str


class Answer(NamedTuple):
    """What an endpoint said to a report; `status` 0 is a line that broke."""

    number: int
    life: int
    flight: Flight
    status: int
    body: bytes


Letter = ToGateway | ToUnit | ToPolice | Answer


@dataclass
class Network:
    """Letters in the order in which they left; which arrives next is for the machine to say."""

    under_way: list[Letter]

    def send(self, letter: Letter) -> None:
        self.under_way.append(letter)

    def take(self, at: int) -> Letter:
        """Take a letter out, whichever."""
        return self.under_way.pop(at % len(self.under_way))

    def cut(self, flight: Flight, number: int) -> None:
        """An attempt was abandoned: whatever is still on its way of it arrives nowhere."""
        self.under_way = [each for each in self.under_way if not _of(each, flight, number)]


def _of(letter: Any, flight: Flight, number: int) -> bool:
    mine = isinstance(letter, ToPolice | Answer)
    return mine and letter.flight == flight and letter.number == number
