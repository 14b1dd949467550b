"""What else is open beside an incident, and what came from there or went there.  Pure.

A person with a live link is led there by links of their own kind: they see all that is open.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gateway.store.heads import Head
from gateway.store.reader import MoveRow
from gateway.store.values import read_answer
from wire.ids import IncidentId
from wire.moment import write_moment
from wire.stage import Answer

Fields = dict[str, Any]
Address = Callable[[Head], str]
"""Where the page of another incident is; empty if this person has no way to it."""


def in_turn(heads: Iterable[Head]) -> list[Head]:
    """Return open incidents so that the oldest unanswered one is on top, the answered ones last."""
    return sorted(heads, key=lambda head: (head.answer != Answer.NONE, head.opened_at))


def tell_beside(
    head: Head, others: Sequence[Head], moves: Sequence[MoveRow], address: Address
) -> Fields:
    """Return it as JSON: `beside` are the other open incidents, `moved` the rooms that were moved
    from this one to another or the other way (`here`).
    """
    open_now = [each for each in others if each.id != head.id and each.alerts]
    by_id = {each.id: each for each in others}
    return {
        "joined": head.is_joined,
        "beside": [
            {
                "incident": each.id,
                "opened_at": write_moment(each.opened_at),
                "rooms": each.rooms,
                "answer": read_answer(each.answer).word,
                "url": address(each),
            }
            for each in in_turn(open_now)
        ],
        "moved": [_moved(head.id, each, by_id, address) for each in moves],
    }


def _moved(
    incident: IncidentId, row: MoveRow, others: dict[IncidentId, Head], address: Address
) -> Fields:
    here = row.now == incident
    other = others.get(row.was if here else row.now)
    return {
        "room": row.room,
        "here": here,
        "by": row.by,
        "at": write_moment(row.at),
        "url": address(other) if other else "",
    }
