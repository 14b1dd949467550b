"""Who was told of troubles and alarms, and who has taken them, for pages and programs.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from gateway.notices.reader import ToldPerson
from gateway.store.reader import TroubleRow
from gateway.store.taken import TakenRow
from gateway.store.trouble_log import LoggedTrouble
from wire.ids import IncidentId, Wall
from wire.moment import write_moment

Fields = dict[str, Any]


class AskTold(Protocol):
    """What says who was told of a trouble or an incident."""

    def told(self, matter: str, started: float) -> list[ToldPerson]:
        """Return who was told of the trouble of that name that began at `started`."""

    def told_each(self, matters: Iterable[tuple[str, float]]) -> list[list[ToldPerson]]:
        """Return the same of several, in their order."""


def tell_told(told: Iterable[ToldPerson], taken_by: Iterable[str] = ()) -> list[Fields]:
    """Return each person who was to be told: when a carrier took it, by what, and who has it."""
    have = set(taken_by)
    return [{**_person(each), "has": each.person in have} for each in told]


def told_of_troubles(
    troubles: Sequence[TroubleRow], taken: Sequence[TakenRow], notices: AskTold
) -> dict[str, Fields]:
    """Return of each trouble, by name, whom it was told to and who has taken it."""
    told = notices.told_each((each.name, each.started) for each in troubles)
    return {
        each.name: {"told": tell_told(people), "taken": _taken(each.started, None, by)}
        for each, people, by in zip(troubles, told, _by_trouble(troubles, taken), strict=True)
    }


def told_of_log(
    troubles: Sequence[LoggedTrouble], taken: Sequence[TakenRow], notices: AskTold
) -> list[Fields]:
    """Return the same of each trouble of the log, in its order; and `told_after`, how many seconds
    it had stood when the first person was told, None while nobody was.
    """
    told = notices.told_each((each.name, each.started) for each in troubles)
    return [
        {
            "told": [*map(_person, people)],
            "told_after": _told_after(each.started, people),
            "taken": _taken(each.started, each.ended, by),
        }
        for each, people, by in zip(troubles, told, _by_trouble(troubles, taken), strict=True)
    ]


def told_of_alarms(
    incidents: Mapping[IncidentId, float],
    have: Mapping[IncidentId, frozenset[str]],
    notices: AskTold,
) -> dict[IncidentId, list[Fields]]:
    """Return of each open incident, that began then, who was told of it and who has it."""
    return {
        name: tell_told(notices.told(name, at), have.get(name, ()))
        for name, at in incidents.items()
    }


def _person(told: ToldPerson) -> Fields:
    return {
        "person": told.person,
        "at": None if told.at is None else write_moment(told.at),
        "carriers": told.carriers,
        "failures": told.failures,
    }


def _told_after(started: Wall, told: Iterable[ToldPerson]) -> float | None:
    first = min((each.first for each in told if each.first is not None), default=None)
    # One that came back within two minutes was told of before it began anew.
    return None if first is None else round(max(first - started, 0.0), 1)


def _by_trouble(
    troubles: Iterable[TroubleRow | LoggedTrouble], taken: Iterable[TakenRow]
) -> list[list[TakenRow]]:
    by_name: dict[str, list[TakenRow]] = {}
    for each in taken:
        by_name.setdefault(each.name, []).append(each)
    return [by_name.get(each.name, []) for each in troubles]


def _taken(started: Wall, ended: Wall | None, taken: Iterable[TakenRow]) -> Fields | None:
    for each in taken:
        if each.at >= started and (ended is None or each.at <= ended):
            return {"by": each.by, "at": write_moment(each.at)}
    return None
