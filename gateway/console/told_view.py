"""Who was told of what stands, and who has taken it, as the school's own page shows it.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from gateway.notices.reader import ToldPerson
from gateway.store.reader import TroubleRow
from gateway.store.taken import TakenRow
from wire.ids import IncidentId
from wire.moment import write_moment


class AskTold(Protocol):
    """What says who was told of a trouble or an incident."""

    def told(self, matter: str, started: float) -> list[ToldPerson]:
        """Return who was told of the trouble of that name that began at `started`."""


def tell_told(told: Iterable[ToldPerson], taken_by: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return each person who was to be told: when a carrier took it, by what, and who has it."""
    have = set(taken_by)
    return [
        {
            "person": each.person,
            "at": None if each.at is None else write_moment(each.at),
            "carriers": each.carriers,
            "failures": each.failures,
            "has": each.person in have,
        }
        for each in told
    ]


def told_of_troubles(
    troubles: Sequence[TroubleRow], taken: Sequence[TakenRow], notices: AskTold
) -> dict[str, dict[str, Any]]:
    """Return of each trouble, by name, whom it was told to and who has taken it."""
    return {
        each.name: {
            "told": tell_told(notices.told(each.name, each.started)),
            "taken": _taken(each, taken),
        }
        for each in troubles
    }


def told_of_alarms(
    incidents: Mapping[IncidentId, float],
    have: Mapping[IncidentId, frozenset[str]],
    notices: AskTold,
) -> dict[IncidentId, list[dict[str, Any]]]:
    """Return of each open incident, that began then, who was told of it and who has it."""
    return {
        name: tell_told(notices.told(name, at), have.get(name, ()))
        for name, at in incidents.items()
    }


def _taken(trouble: TroubleRow, taken: Iterable[TakenRow]) -> dict[str, str] | None:
    for each in taken:
        if each.name == trouble.name and each.at >= trouble.started:
            return {"by": each.by, "at": write_moment(each.at)}
    return None
