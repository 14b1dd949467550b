"""What `units` tells as a table for a spreadsheet, of the fields of its JSON.  Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.console.export.tables import Cell, table

Fields = Mapping[str, Any]

_ONLY_IN_JSON: Final = ("why",)


def units_as_csv(told: Fields) -> str:
    """Return a row for each room, with the reasons of its verdict as the last cell."""
    units = told["units"]
    names = [name for name in (units[0] if units else ()) if name not in _ONLY_IN_JSON]
    rows = ([*(_cell(each[name]) for name in names), _reasons(told, each)] for each in units)
    return b"".join(table([*names, "reasons"], rows)).decode()


def _cell(value: Any) -> Cell:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _reasons(told: Fields, unit: Fields) -> str:
    """All that speaks against a yes, the gateway's first."""
    return "; ".join(each["words"] for each in (*told["gateway"]["why"], *unit["why"]))
