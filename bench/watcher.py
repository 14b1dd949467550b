"""Fifty officers as a process of its own: each has an incident's page open, and watches cameras.

    python -m bench.watcher URL COUNT CAMERA…

Reads every event and every frame to its last byte, and throws them away.  At the end of its input
it prints as JSON when each viewer first saw so many rooms, by the clock that presses are timed by.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

_ROOM = b'"order":'
_CHUNK = 65_536


class Viewer:
    """One officer; `seen[n]` is when a page with n + 1 rooms was first there."""

    def __init__(self, url: str, cameras: Sequence[str]) -> None:
        parts = urlsplit(url)
        self.seen: list[float] = []
        self.bytes = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._host, self._port, self._path = parts.hostname or "", parts.port or 0, parts.path
        self._watch = "watch?" + "&".join(f"camera={camera}" for camera in cameras)

    async def read_news(self) -> None:
        """Read events for ever."""
        reader = await self._open("news")
        while line := await reader.readline():
            rooms = line.count(_ROOM)
            self.seen += [time.monotonic()] * (rooms - len(self.seen))

    async def watch(self) -> None:
        """Read frames for ever."""
        reader = await self._open(self._watch)
        while chunk := await reader.read(_CHUNK):
            self.bytes += len(chunk)

    async def _open(self, path: str) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=4_000_000)
        host = f"{self._host}:{self._port}"
        self._writers.append(writer)  # a writer that nobody holds closes its connection
        writer.write(f"GET {self._path}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise ConnectionError(f"{path}: {status!r}")
        return reader


async def view(url: str, count: int, cameras: Sequence[str]) -> None:
    """Look until the input ends."""
    viewers = [Viewer(url, cameras) for _ in range(count)]
    tasks = [asyncio.create_task(v.read_news()) for v in viewers]
    tasks += [asyncio.create_task(v.watch()) for v in viewers]
    while not all(v.seen and v.bytes for v in viewers):
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    began, before = time.monotonic(), sum(v.bytes for v in viewers)
    await asyncio.to_thread(sys.stdin.read)
    lasted = time.monotonic() - began
    for task in tasks:
        task.cancel()
    megabytes = (sum(v.bytes for v in viewers) - before) / 1e6
    print(json.dumps({"seen": [v.seen for v in viewers], "rate": megabytes / lasted}), flush=True)


if __name__ == "__main__":
    asyncio.run(view(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
