"""Reads what people are to be told of: from the gateway's store, and from its sign of life."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.core.notices.matter import (
    SETTLES,
    Matter,
    MatterKey,
    MatterName,
    Spell,
    Taken,
    alarms_of,
    troubles_of,
)
from gateway.core.values import Now
from gateway.store.heads import REHEARSED
from gateway.store.read_only import log_of, open_read_only
from gateway.store.taken import people_with_notice, taken_troubles
from service.filestamp import FileStamp, stamps_of
from service.life_sign import LASTS, LifeSign
from wire.gateway_troubles import DATABASE, level_of
from wire.ids import Monotonic, Seconds, Wall
from wire.process_troubles import GATEWAY_SILENT

_MOST: Final = 2_000
# Every spell of what stands or ended just now, so that those that belong together are found.
_SPELLS: Final = (
    "SELECT name, started, detail, ended FROM trouble WHERE name IN (SELECT name FROM trouble"
    " WHERE ended IS NULL OR ended > ?) ORDER BY started DESC LIMIT ?"
)
_OPENED: Final = (
    "SELECT i.id, opened_at, group_concat(DISTINCT a.name || ' (' || a.room || ')')"  # noqa: S608
    " FROM incident i JOIN alert a ON a.incident = i.id WHERE status = 'active'"
    f" AND NOT {REHEARSED} GROUP BY i.id"
)
# A gateway that starts again, or a machine that does, is no news.
_PATIENCE: Final = Seconds(20.0)
_SILENT: Final = MatterName(GATEWAY_SILENT.name())
_UNSTORED: Final = MatterName(DATABASE.name())
_SEEN: Final = {
    _SILENT: "The gateway gives no sign of life.",
    _UNSTORED: "The gateway says that its database takes nothing.",
}


class _Rows(NamedTuple):
    """What the store said when it was read last."""

    spells: list[Spell]
    taken: list[Taken]
    alarms: list[Matter]


class Standing:
    """What stands at a gateway, whose store is at `store`, and who gives its sign of life in
    `told`.  `since`: when what is seen of the gateway itself began, as far as it was told.
    """

    def __init__(self, store: Path, told: Path, since: Mapping[MatterName, Wall]) -> None:
        self._store = store
        self._sign = LifeSign(told)
        self._since = {name: at for name, at in since.items() if name in _SEEN}
        self._seen_at: dict[MatterName, Monotonic] = {}
        self._rows: _Rows | None = None
        self._stamps: tuple[FileStamp | None, ...] = ()

    def matters(self, now: Now) -> list[Matter]:
        """Return all that stands; raises sqlite3.Error while the store cannot be read."""
        rows = self._read(now.wall)
        return [*rows.alarms, *troubles_of(rows.spells, rows.taken, now.wall)]

    def of_the_gateway(self, now: Now) -> list[Matter]:
        """Return what the gateway itself cannot write down: that it does not run, or that its disk
        takes nothing.
        """
        age = self._sign.age()
        silent = age is None or age >= LASTS
        unstored = not silent and not self._sign.stores()
        found = [(_SILENT, silent), (_UNSTORED, unstored)]
        return [
            Matter(MatterKey(name, since), level_of(name), _SEEN[name], ends_alone=True)
            for name, is_so in found
            if (since := self._begin_of(name, is_so, now)) is not None
        ]

    def _begin_of(self, name: MatterName, is_so: bool, now: Now) -> Wall | None:
        """Since when it is so; None while it is not, or not for long."""
        if not is_so:
            self._seen_at.pop(name, None)
            self._since.pop(name, None)
        elif now.mono - self._seen_at.setdefault(name, now.mono) >= _PATIENCE:
            self._since.setdefault(name, now.wall)
        return self._since.get(name)

    def _read(self, now: Wall) -> _Rows:
        """Read the store anew if anything was written since."""
        stamps = stamps_of((self._store, log_of(self._store)))
        if self._rows is None or stamps != self._stamps:
            self._rows, self._stamps = _rows_of(self._store, now), stamps
        return self._rows


def _rows_of(store: Path, now: Wall) -> _Rows:
    with closing(open_read_only(store)) as db:
        spells = db.execute(_SPELLS, (now - SETTLES, _MOST)).fetchall()
        taken, have = taken_troubles(db), people_with_notice(db)
        opened = db.execute(_OPENED).fetchall()
    rooms = {MatterKey(MatterName(name), Wall(at)): where for name, at, where in opened}
    return _Rows(
        [Spell(name, Wall(at), detail, ended) for name, at, detail, ended in spells],
        [Taken(*each) for each in taken],
        alarms_of(rooms, {MatterName(name): people for name, people in have.items()}),
    )
