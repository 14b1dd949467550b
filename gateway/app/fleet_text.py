"""What `units` and `troubles` tell as text for a terminal, of the fields of their JSON.  Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from service.cure import in_lines
from wire.moment import read_moment

Fields = Mapping[str, Any]

_HEADS: Final[Mapping[str, str]] = {
    "room": "ROOM",
    "reach": "POLICE",
    "heard_at": "HEARD",
    "proven_at": "PROVEN",
    "line": "LINE",
    "link": "LINK",
    "clock": "CLOCK",
    "power": "POWER",
    "program": "PROGRAM",
    "celsius": "°C",
    "certificate_days": "CERT. DAYS",
    "version": "VERSION",
    "pressed_at": "LAST PRESS",
    "false_per_1000_days": "MISTAKES",
    "unit": "UNIT",
}
_NOTHING: Final = "-"
_SPANS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def units_as_text(told: Fields) -> Iterator[str]:
    """Yield the lines: what holds for all rooms, a table of them, and what to do about each."""
    counts = ", ".join(f"{reach} {n}" for reach, n in told["rooms"].items())
    yield f"would a press reach the police now? {counts}"
    for reason in told["gateway"]["why"]:
        yield f"every room: {reason['words']}"
        yield from in_lines(reason["cure"])
    if not told["units"]:
        return
    yield ""
    yield from _table([[*_HEADS.values()], *(_cells(each, told["at"]) for each in told["units"])])
    for each in told["units"]:
        for reason in each["why"]:
            yield f"room {each['room']}: {reason['words']}"
            yield from in_lines(reason["cure"])


def troubles_as_text(told: Fields) -> Iterator[str]:
    """Yield the lines: what stands with what to do, then what is over."""
    if not told["troubles"]:
        yield "no trouble, and none within 30 days"
    for each in told["troubles"]:
        until = f"cleared {_time(each['cleared'])} after" if each["cleared"] else "STANDS for"
        when = f"since {_time(each['since'])}, {until} {span(each['seconds'])}"
        yield f"trouble {each['name']} {when}: {each['detail']}"
        yield f"  {_people(each)}"
        if not each["cleared"]:
            yield from in_lines(each["cure"])


def _people(trouble: Fields) -> str:
    """Who was told of a trouble, and who has taken it."""
    if trouble["told"] is None:
        return "who was told is not known: the record of notices cannot be read"
    words = [*map(_person, trouble["told"])] or ["nobody was told"]
    taken = trouble["taken"]
    return "; ".join([*words, *([f"taken by {taken['by']} {_time(taken['at'])}"] if taken else [])])


def _person(told: Fields) -> str:
    if told["at"]:
        return f"{told['person']} was told {_time(told['at'])} by {told['carriers']}"
    if told["failures"]:
        return f"{told['person']} could not be told: no carrier took it"
    return f"{told['person']} is being told"


def span(seconds: float) -> str:
    """Return a length of time in its largest unit: `3 min`."""
    size, word = next((of for of in _SPANS if seconds >= of[0]), _SPANS[-1])
    return f"{seconds / size:.0f} {word}"


def _cells(unit: Fields, now: str) -> list[str]:
    ages = ("heard_at", "proven_at", "pressed_at")
    shown = {name: _age(unit[name], now) if name in ages else unit[name] for name in _HEADS}
    return [_NOTHING if each is None else str(each) for each in shown.values()]


def _age(at: str | None, now: str) -> str | None:
    if at is None:
        return None
    return f"{span(max(read_moment(now) - read_moment(at), 0.0))} ago"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _time(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M:%S UTC")
