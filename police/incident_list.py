"""The list that pages are given; an incident is written once for each change, however many ask."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool

from police.changes import Changes
from police.dispatcher_view import IncidentDetails, IncidentRow
from police.reader import StoreReader

_NOTHING_YET: Final = -1


class IncidentList:
    """As `write` writes each incident.  Lives in the event loop's thread."""

    def __init__(
        self,
        reader: StoreReader,
        changes: Changes,
        write: Callable[[IncidentRow, IncidentDetails], bytes],
    ) -> None:
        self._reader = reader
        self._changes = changes
        self._write_one = write
        self._writing = asyncio.Lock()
        self._written: tuple[int, bytes] = (_NOTHING_YET, b"[]")
        self._parts: dict[IncidentRow, bytes] = {}

    async def newest(self) -> bytes:
        """Return the list as JSON, newest first."""
        async with self._writing:
            count = self._changes.count
            if self._written[0] != count:
                self._written = count, await run_in_threadpool(self._write)
        return self._written[1]

    def _write(self) -> bytes:
        known, self._parts = self._parts, {}
        for row in self._reader.rows():
            self._parts[row] = known.get(row) or self._write_one(row, self._reader.details(row))
        return b"[" + b",".join(self._parts.values()) + b"]"
