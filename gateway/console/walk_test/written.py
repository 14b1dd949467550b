"""The record of a walk test, as a page for print and as a table.  Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.console.export.tables import Cell, moment, table
from gateway.fleet.walk_record import WalkRecord, WalkRow
from wire.moment import write_moment

HEAD: Final = (
    *("room", "name", "building", "floor", "unit", "version", "state", "presses", "pressed_at"),
    *("s_unit_pressed_to_sent", "s_pressed_to_received", "s_received_to_stored", "stands_out"),
)


def as_csv(record: WalkRecord) -> str:
    """Return it as a table, a line for each unit, that any spreadsheet opens."""
    return b"".join(table(HEAD, map(cells, record.rows))).decode()


def as_html(record: WalkRecord) -> str:
    """Return it as a page by itself, made for print."""
    page = Environment(
        loader=PackageLoader("gateway.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("walk_record.html")
    exercise = record.exercise
    return page.render(
        site=record.site,
        exercise=exercise,
        started=write_moment(exercise.started_at),
        over=write_moment(exercise.over_at),
        ended_by=_ended_by(record),
        written=write_moment(record.at),
        scope=f"{len(exercise.units)} units" if exercise.units else "all units",
        answered=record.answered,
        rows=list(_rows(record.rows)),
        real=record.real,
        is_on=record.is_on,
    )


def cells(row: WalkRow) -> Sequence[Cell]:
    """Return a unit as the cells of a line."""
    room = row.entry.room
    place = room.id, room.name, room.building, room.floor
    pressed = row.state, row.presses, moment(row.pressed_at)
    return (*place, row.entry.unit, row.version, *pressed, *row.hops, "; ".join(row.odd))


def _rows(rows: Sequence[WalkRow]) -> Iterator[dict[str, Cell]]:
    for row in rows:
        told = dict(zip(HEAD, cells(row), strict=True))
        yield {name: "" if value is None else value for name, value in told.items()}


def _ended_by(record: WalkRecord) -> str:
    if record.is_on:
        return "still going on"
    if record.exercise.ended_at is None:
        return "by itself"
    return f"by {record.exercise.ended_by}" if record.exercise.ended_by else "by a real alarm"
