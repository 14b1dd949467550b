"""Reads what was pressed, what lamps claimed and what the police stored; names all that is wrong.

Pure.  Times are monotonic seconds of one machine.  A further press on an open alert is the same
alert with one press more, so what counts is each unit's sum of presses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The store is looked at every 20 ms, so it may be seen to have a row a little after it had it.
LOOK_S = 0.1
# A contact is closed so long before the unit has taken its press for one, at most.
NOTICED_S = 0.5
# NOT DELIVERED is due 15 s after the press; it takes two rounds of it to be sure.
TOLD_S = 15.0 + 4.0


class Press(NamedTuple):
    at: float
    unit: str


class Claim(NamedTuple):
    """From `at` on, the unit's lamp says this: RECEIVED, DELIVERED or NOT DELIVERED."""

    at: float
    unit: str
    alert: str
    says: str


class Row(NamedTuple):
    """An alert was in a gateway's store, and at this moment it may not have been yet."""

    at: float
    alert: str


class Taken(NamedTuple):
    """The police stored a report that names the alert with so many presses."""

    at: float
    unit: str
    alert: str
    presses: int


@dataclass(frozen=True)
class Logs:
    presses: Sequence[Press]
    claims: Sequence[Claim]
    rows: Sequence[Row]
    taken: Sequence[Taken]
    shown: Mapping[str, int]
    """How many presses of each unit the police's page shows in the end."""


def delays(logs: Logs, healed: float = 0.0) -> list[float | None]:
    """Seconds from each press, or from the fault's end if that was later, to the police."""
    return [_delay(logs, press, healed) for press in logs.presses]


def faults(
    logs: Logs, bound: float, healed: float = 0.0, repeats: int = 0, told: float = TOLD_S
) -> list[str]:
    """Name everything that is wrong; `repeats` presses may be told twice, and NOT DELIVERED is due
    so many seconds (`told`) after the press.
    """
    return [
        *_missing_and_late(logs, bound, healed),
        *_twice(logs, repeats),
        *_untrue(logs),
        *_hidden(logs),
        *_silent(logs, told),
    ]


def _missing_and_late(logs: Logs, bound: float, healed: float) -> Iterable[str]:
    for press, delay in zip(logs.presses, delays(logs, healed), strict=True):
        if delay is None:
            yield f"missing: the press at {press.at:.2f} on {press.unit}"
        elif delay > bound:
            yield f"late: the press at {press.at:.2f} on {press.unit} took {delay:.2f} s"


def _delay(logs: Logs, press: Press, healed: float) -> float | None:
    nth = sum(other.unit == press.unit and other.at <= press.at for other in logs.presses)
    known: dict[str, int] = {}
    for each in sorted(logs.taken):
        if each.unit == press.unit:
            known[each.alert] = max(known.get(each.alert, 0), each.presses)
            if sum(known.values()) >= nth:
                return max(each.at - max(press.at, healed), 0.0)
    return None


def _twice(logs: Logs, repeats: int) -> Iterable[str]:
    for unit in sorted({each.unit for each in logs.taken}):
        told = sum(_most(logs.taken, unit).values())
        pressed = sum(press.unit == unit for press in logs.presses)
        if told > pressed + repeats:
            yield f"twice: {unit} was pressed {pressed} times, the police have {told}"


def _untrue(logs: Logs) -> Iterable[str]:
    rows = {row.alert: row.at for row in sorted(logs.rows, reverse=True)}
    for claim in logs.claims:
        is_received = rows.get(claim.alert, float("inf")) <= claim.at + LOOK_S
        proof = {"RECEIVED": is_received, "DELIVERED": _is_delivered(logs, claim)}
        if not proof.get(claim.says, True):
            yield f"untrue: the lamp of {claim.unit} said {claim.says} at {claim.at:.2f}"


def _is_delivered(logs: Logs, claim: Claim) -> bool:
    """True if the police had every press that the unit had taken when its lamp said so."""
    pressed = sum(p.unit == claim.unit and p.at <= claim.at - NOTICED_S for p in logs.presses)
    there = [each for each in logs.taken if each.at <= claim.at + LOOK_S]
    names_it = any(each.alert == claim.alert for each in there)
    return names_it and sum(_most(there, claim.unit).values()) >= pressed


def _hidden(logs: Logs) -> Iterable[str]:
    for unit in sorted({each.unit for each in logs.taken}):
        told, shown = sum(_most(logs.taken, unit).values()), logs.shown.get(unit, 0)
        if shown != told:
            yield f"hidden: the police have {told} presses of {unit}, and show {shown}"


def _most(taken: Iterable[Taken], unit: str) -> dict[str, int]:
    """Return the most presses of each alert of `unit` that the police were told of."""
    most: dict[str, int] = {}
    for each in taken:
        if each.unit == unit:
            most[each.alert] = max(most.get(each.alert, 0), each.presses)
    return most


def _silent(logs: Logs, told: float) -> Iterable[str]:
    for press, delay in zip(logs.presses, delays(logs), strict=True):
        said = [c.at for c in logs.claims if c.unit == press.unit and c.says == "NOT DELIVERED"]
        late = delay is None or delay > told
        if late and not any(press.at <= at <= press.at + told for at in said):
            yield f"silent: {press.unit} did not show that {press.at:.2f} was not delivered"
        sent = [c.at for c in logs.claims if c.unit == press.unit and c.says == "DELIVERED"]
        if sent and said and max(said) > max(sent):
            yield f"untrue: {press.unit} shows NOT DELIVERED although it was"
