"""The commands `units` and `troubles`: every room and every trouble, for a person or a program."""

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from gateway.app.fleet_csv import units_as_csv
from gateway.app.fleet_text import troubles_as_text, units_as_text
from gateway.app.store_refusal import store_refusal
from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.load import read_register_or_last_good
from gateway.config.settings import USUAL_CONFIG
from gateway.fleet.reading import FleetReader, Look
from gateway.fleet.told import tell_troubles, tell_units
from gateway.notices.reader import NoticeReader
from gateway.notices.told_view import told_of_log
from service import exits
from service.cure import as_word

Fields = dict[str, Any]
Forms = Mapping[str, Callable[[Fields], str]]


def _as_json(told: Fields) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


_UNITS: Final[Forms] = {
    "text": lambda told: "".join(f"{line}\n" for line in units_as_text(told)),
    "json": _as_json,
    "csv": units_as_csv,
}
_TROUBLES: Final[Forms] = {
    "text": lambda told: "".join(f"{line}\n" for line in troubles_as_text(told)),
    "json": _as_json,
}


def units(settings: ConsoleProcessSettings, config: Path, wrong: bool, form: str) -> int:
    """Tell of every room, or of `wrong` ones alone; 0 only if a press in each gets out."""
    look = _look(settings, f"`sudo tocsin-gateway units --config {as_word(config)}`")
    if look is None:
        return exits.PROBLEM
    told = tell_units(look.fleet, look.at)
    is_good = told["rooms"]["yes"] == len(told["units"])
    if wrong:
        told["units"] = [each for each in told["units"] if each["reach"] != "yes"]
    _print(_UNITS[form](told), config)
    return exits.GOOD if is_good else exits.PROBLEM


def troubles(settings: ConsoleProcessSettings, config: Path, form: str) -> int:
    """Tell of the troubles that stand and of those that ended lately; 0 only if none stands."""
    look = _look(settings, f"`sudo tocsin-gateway troubles --config {as_word(config)}`")
    if look is None:
        return exits.PROBLEM
    told = tell_troubles(look.troubles, look.at, _told(settings, look))
    _print(_TROUBLES[form](told), config)
    return exits.GOOD if all(each["cleared"] for each in told["troubles"]) else exits.PROBLEM


def _told(settings: ConsoleProcessSettings, look: Look) -> list[Fields] | None:
    """Who was told of each trouble; None where that record cannot be read, for the rest can."""
    record = NoticeReader(settings.notices.path if settings.notices else None)
    try:
        return told_of_log(look.troubles, look.taken, record)
    except (OSError, sqlite3.Error):
        return None


def _look(settings: ConsoleProcessSettings, again: str) -> Look | None:
    register = read_register_or_last_good(settings)
    store = settings.store.path
    try:
        store.stat()  # an OSError says more than SQLite does
        return FleetReader(settings, lambda: register).look()
    except (OSError, sqlite3.Error) as error:
        sys.stderr.write(f"{store_refusal(store, error, again)}\n")
        return None


def _print(text: str, config: Path) -> None:
    sys.stdout.write(text.replace(USUAL_CONFIG, str(config)))
