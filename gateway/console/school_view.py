"""The JSON document of the school's own page: incidents, troubles, and whether the gateway lives.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from gateway.console.beside_view import in_turn
from gateway.console.delivery_view import tell_delivery
from gateway.store.heads import Head
from gateway.store.reader import TroubleRow
from gateway.store.receipts import Delivery
from gateway.store.values import read_answer
from service.life_sign import LASTS
from wire.disposition import DISPOSITIONS
from wire.gateway_troubles import cure_of
from wire.ids import IncidentId, Seconds
from wire.moment import write_moment

_NOBODY: Final[Mapping[Any, Any]] = {}


def describe_school(
    heads: Sequence[Head],
    deliveries: Mapping[IncidentId, Delivery],
    troubles: Sequence[TroubleRow],
    age: Seconds | None,
    stores: bool,
    told: Mapping[str, Mapping[str, Any]] = _NOBODY,
    people: Mapping[IncidentId, Sequence[Any]] = _NOBODY,
    rehearsed: Sequence[Head] = (),
) -> dict[str, Any]:
    """Return it as JSON; `age` is that of the gateway's last sign of life, None without one.

    `deliveries` are those of incidents that are not over; of the others everybody knows.
    `stores` is whether the gateway's disk takes what happens: only that can be shown.
    `told` is to whom each trouble was told and who has taken it, `people` the same of incidents.
    What was `rehearsed` is no alert, and stands among none.
    """
    return {
        "gateway": {
            "alive": age is not None and age < LASTS,
            "silent_for": None if age is None else round(age),
            "stores": stores,
        },
        "troubles": [{**_trouble(each), **told.get(each.name, {})} for each in troubles],
        "incidents": [
            {**_incident(head, deliveries.get(head.id)), "people": [*people.get(head.id, ())]}
            for head in (*in_turn(head for head in heads if head.is_open), *_over(heads))
        ],
        "rehearsed": [{**_incident(head, None), "mode": head.mode} for head in rehearsed],
    }


def _trouble(trouble: TroubleRow) -> dict[str, Any]:
    return {
        "name": trouble.name,
        "detail": trouble.detail,
        "since": write_moment(trouble.started),
        "cure": cure_of(trouble.name),
        "told": [],
        "taken": None,
    }


def _over(heads: Iterable[Head]) -> list[Head]:
    return [head for head in heads if not head.is_open]


def _incident(head: Head, delivery: Delivery | None) -> dict[str, Any]:
    return {
        "incident": head.id,
        "open": head.is_open and not head.is_joined,
        "joined": head.is_joined,
        "opened_at": write_moment(head.opened_at),
        "was": "" if head.is_open else DISPOSITIONS.get(head.disposition, ""),
        "alerts": head.alerts,
        "rooms": head.rooms,
        "answer": read_answer(head.answer).word,
        "delivery": tell_delivery(delivery) if delivery else None,
    }
