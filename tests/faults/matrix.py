"""The fault matrix: what may break, what is promised then, and which test breaks it.

Every row is one or more tests of its name here (`test_f09_…`), or stands in ELSEWHERE.  What they
measure is kept in `.run/promises.jsonl`, from which `scripts/promises` writes docs/promises.md.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.waiting import patience

MEASURED: Final = Path(".run/promises.jsonl")
PAGE: Final = Path("docs/promises.md")

Figure = dict[str, Any]

ROWS: Final[Mapping[str, str]] = {
    "F1": "a wall unit is killed at each step of a press",
    "F2": "a button is held while the unit starts",
    "F3": "a contact bounces, a line spikes, the edge of a release is lost",
    "F4": "the thread that tells of edges dies",
    "F5": "a wall unit's power is cut at any system call",
    "F6": "a wall unit's disk is full, read-only or not there",
    "F7": "a wall unit starts in 1970 or 2015, and no time server answers",
    "F8": "a clock jumps by a day or by ten years, at the unit or at the gateway",
    "F9": "the network between a unit and a gateway is cut",
    "F10": "only the way back to the unit is lost",
    "F11": "the lines take 2 s there and back, reset 30 % of connections, or carry 1 kB/s",
    "F12": "the broker is killed with 50 alerts in flight",
    "F13": "the broker freezes",
    "F14": "the broker is there and the gateway is not",
    "F15": "the broker is told to read broken files again",
    "F16": "the broker cannot start",
    "F17": "the gateway is killed at each of eight places on the alert's way",
    "F18": "the gateway freezes",
    "F19": "the gateway's power is cut at any system call",
    "F20": "the gateway's disk is full",
    "F21": "the gateway's database is rubbish, or locked by somebody else",
    "F22": "a thousand messages that nobody can read",
    "F23": "the police's endpoint answers 503 or 429, and asks for an hour's peace",
    "F24": "the endpoint hangs, drips, or answers with a gigabyte",
    "F25": "an answer that is no receipt: a redirect, a login page, another alert's receipt",
    "F26": "the endpoint's certificate is out of date, of another name or another authority",
    "F27": "the name service is silent, denies the name, or lies",
    "F28": "the answer is lost after the police stored the report",
    "F29": "twenty cameras hang, answer 404 or send a gigabyte, and their process freezes",
    "F30": "two hundred buttons within a second",
    "F31": "the primary gateway is lost, or both live and cannot hear each other",
    "F32": "a certificate comes to its end",
    "F33": "a service crashes twenty times in a row",
    "F34": "a unit starts on a journal that is behind what it had published",
    "F35": "secrets, keys or certificates of one receiver cannot be used when the gateway starts",
    "F36": "the gateway's database is lost while a unit holds a delivered alert",
    "F37": "a unit's card is copied, and both units are switched on",
    "F38": "both addresses of a receiver die while nothing is to report",
    "F39": "a thread of the gateway hangs, on a file that does not open",
    "F45": "a disk hangs for a minute, the gateway's or a wall unit's: fsync does not return",
    "F46": "the gateway's disk is full while units repeat their alerts 80,000 times",
    "F47": "four cameras send pictures of 185 kB over a line of 2 Mbit/s to the police",
    "F48": "the line to the police is slow: 250 presses at 128 kbit/s, 12 at 1 kB/s",
    "F50": "the broker is restarted twenty times in a minute",
    "F51": "no receiver has an alert, and a person at the school answers or closes it",
    "F52": "the broker freezes, and there is no other",
    "F53": "a disk hangs before the gateway or a wall unit starts",
    "F54": "a dispatcher looks at four live cameras over a line of 2 Mbit/s, and somebody presses",
    "F55": "what receivers acknowledged cannot be kept: its disk hangs or is full",
    "F56": "an incident is split, and receiver or gateway is away, is killed or loses its store",
    "F57": "the gateway is stopped while its disk does not answer",
    "F58": "the chip of a wall unit's pins vanishes",
}

# These need no school.
ELSEWHERE: Final[Mapping[str, str]] = {
    "F5": "tests/powercut/test_powercut.py::"
    "test_no_power_cut_takes_an_alert_that_the_unit_has_journaled",
    "F19": "tests/powercut/test_powercut.py::"
    "test_no_power_cut_takes_an_alert_that_the_gateway_acknowledged",
    "F58": "tests/device/test_lost_pins.py::"
    "test_a_unit_whose_pins_vanish_ends_at_once_and_keeps_its_alert",
}


def keep(row: str, what: str, figure: float, bound: float, unit: str = "s") -> None:
    """Hold a figure against its bound as it is here, and keep both for the document."""
    print(f"{row}: {what} {figure:.2f} {unit} of {bound:g} {unit}")
    kept = {"row": row, "what": what, "figure": round(figure, 2), "bound": bound}
    _write(kept if unit == "s" else {**kept, "unit": unit})
    assert figure <= patience(bound), f"{row}: {what} took {figure:.2f} {unit}"


def keep_count(row: str, what: str, count: int, least: int) -> None:
    """Hold a number of cases against the least there must be, and keep it for the document."""
    print(f"{row}: {count} {what} of {least}")
    _write({"row": row, "what": what, "figure": count, "least": least})
    assert count >= least


def document(page: str, measured: Iterable[Figure]) -> str:
    """Return the page with each row's worst figures; a row without any stays as it is."""
    found: dict[str, dict[str, Figure]] = {}
    for each in measured:
        figures = found.setdefault(each["row"], {})
        worst = max(figures.get(each["what"], each), each, key=lambda one: one["figure"])
        figures[each["what"]] = worst
    lines = page.splitlines(keepends=True)
    for number, line in enumerate(lines):
        row = line.split("|")[1].strip() if line.startswith("| F") else ""
        if figures := found.get(row, {}):
            words = "; ".join(_words(each) for each in figures.values())
            lines[number] = f"| {row} | {ROWS[row]} | {words} | `{command(row)}` |\n"
    return "".join(lines)


def command(row: str) -> str:
    """Return what injects this fault again."""
    where = f"tests/faults -k f{int(row[1:]):02}_"
    return f"scripts/test {ELSEWHERE.get(row, where)}"


def _words(figure: Figure) -> str:
    if "least" in figure:
        return f"{figure['figure']} {figure['what']}, of at least {figure['least']}"
    return (
        f"{figure['what']}: {figure['figure']:g} of {figure['bound']:g} {figure.get('unit', 's')}"
    )


def _write(figure: Figure) -> None:
    MEASURED.parent.mkdir(exist_ok=True)
    with MEASURED.open("a") as out:
        out.write(json.dumps(figure) + "\n")


def main() -> None:
    """Write what was measured into the document."""
    lines = MEASURED.read_text().splitlines()
    PAGE.write_text(document(PAGE.read_text(), [json.loads(line) for line in lines]))


if __name__ == "__main__":
    main()
