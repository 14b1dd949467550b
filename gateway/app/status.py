"""The command `status`: whether the gateway lives, open incidents, current troubles."""

import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from gateway.app.store_refusal import START, store_refusal
from gateway.config.settings import USUAL_CONFIG
from gateway.config.status import StatusSettings
from gateway.core.incidents.receipts import EndpointStanding
from gateway.store.receipts import delivery_of
from gateway.store.values import read_answer
from service import exits
from service.cure import as_word, in_lines
from service.database import text_of
from service.life_sign import LASTS, LifeSign
from wire.gateway_troubles import DATABASE, cure_of
from wire.ids import EndpointName, IncidentId, Seconds
from wire.modes import LIVE, label, read_mode
from wire.stage import ANSWER_MEANING, ANSWERS_BY_WORD

_UNSTORED: Final = (
    "THE GATEWAY CANNOT WRITE TO ITS DATABASE: it reports alerts, but new ones are not listed here"
)
_INCIDENTS: Final = (
    "SELECT i.id, opened_at, status, count(*), min(answer), group_concat(DISTINCT room), mode"
    " FROM incident i JOIN alert a ON a.incident = i.id WHERE status <> 'closed'"
    " GROUP BY i.id ORDER BY opened_at DESC"
)
_TROUBLES: Final = "SELECT name, detail, started FROM trouble WHERE ended IS NULL ORDER BY started"


def status(settings: StatusSettings, config: Path, as_json: bool) -> int:
    """Tell it as text or as one JSON object; 1 if the gateway is dead or a trouble stands."""
    try:
        told = _read(settings, config)
    except (OSError, sqlite3.Error) as error:
        again = f"`sudo tocsin-gateway status --config {as_word(config)}`"
        sys.stderr.write(f"{store_refusal(settings.store.path, error, again)}\n")
        return exits.PROBLEM
    text = json.dumps(told, ensure_ascii=False) if as_json else _as_text(told)
    sys.stdout.write(f"{text}\n")
    good = told["gateway"]["alive"] and told["gateway"]["stores"] and not told["troubles"]
    return exits.GOOD if good else exits.PROBLEM


def _read(settings: StatusSettings, config: Path) -> dict[str, Any]:
    path = settings.store.path
    path.stat()  # an OSError says more than SQLite does
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
        db.text_factory = text_of
        endpoints = settings.endpoint_names
        incidents = [_incident(db, endpoints, *row) for row in db.execute(_INCIDENTS).fetchall()]
        troubles = db.execute(_TROUBLES).fetchall()
    sign = LifeSign(settings.frames.told)
    age = sign.age()
    return {
        "gateway": {
            "alive": age is not None and age < LASTS,
            "silent_for": age,
            "stores": sign.stores(),
        },
        "incidents": incidents,
        "troubles": [
            {
                "name": name,
                "detail": detail,
                "since": started,
                "cure": cure_of(name).replace(USUAL_CONFIG, str(config)),
            }
            for name, detail, started in troubles
        ],
    }


def _incident(
    db: sqlite3.Connection,
    endpoints: Sequence[EndpointName],
    name: str,
    opened: float,
    status: str,
    alerts: int,
    answer: int,
    rooms: str,
    mode: str,
) -> dict[str, Any]:
    """How an incident stands that not every endpoint knows to be over."""
    delivery = delivery_of(db, IncidentId(name), endpoints)
    return {
        "incident": name,
        "opened_at": opened,
        "open": status == "active",
        "mode": read_mode(mode),
        "alerts": alerts,
        "answer": read_answer(answer).word,
        "delivered": not delivery.nowhere,
        "nowhere": delivery.nowhere,
        "endpoints": [each._asdict() for each in delivery.endpoints],
        "rooms": rooms.split(","),
    }


def _as_text(told: dict[str, Any]) -> str:
    lines = _of_the_gateway(**told["gateway"])
    for each in told["incidents"]:
        lines += _incident_as_text(each)
    for each in told["troubles"]:
        lines.append(f"trouble {each['name']} since {_time(each['since'])}: {each['detail']}")
        lines += in_lines(each["cure"])
    return "\n".join(lines or ["no open incident, no trouble"])


def _of_the_gateway(alive: bool, silent_for: Seconds | None, stores: bool) -> list[str]:
    """Return why what is listed may not be all that there is."""
    if not alive:
        return [_death(silent_for), *in_lines(START)]
    return [] if stores else [_UNSTORED, *in_lines(cure_of(DATABASE.name()))]


def _incident_as_text(told: dict[str, Any]) -> list[str]:
    closed = "" if told["open"] else ", closed here"
    what = label(told["mode"]) + f"{told['alerts']} alerts, rooms {','.join(told['rooms'])}{closed}"
    lines = [f"incident {told['incident']} since {_time(told['opened_at'])}: {what}"]
    if told["mode"] != LIVE:
        return lines
    if told["nowhere"]:
        missing = f"{told['nowhere']} of {told['alerts']} alerts"
        lines.append(f"  NOT DELIVERED: no endpoint has {missing}")
    standings = (EndpointStanding(**each) for each in told["endpoints"])
    has = "; ".join(_endpoint_as_text(each, told["opened_at"]) for each in standings)
    return [*lines, f"  {has}", f"  {ANSWER_MEANING[ANSWERS_BY_WORD[told['answer']]]}"]


def _endpoint_as_text(standing: EndpointStanding, opened: float) -> str:
    name, has, of, since = standing
    if since is None:
        return f"{name} does not have it"
    if has < of:
        return f"{name} has {has} of {of} alerts"
    # The date is that of the incident, as long as it is no later one.
    whole, day = _time(since), _time(opened).partition(" ")[0]
    return f"{name} has it since {whole.removeprefix(f'{day} ')}"


def _death(silent_for: Seconds | None) -> str:
    when = "no sign of life" if silent_for is None else f"no sign of life for {silent_for:.0f} s"
    return f"THE GATEWAY IS NOT RUNNING ({when}): no alert is taken in; what follows is old"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
