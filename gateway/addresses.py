"""Names to addresses, looked up outside the alert path.  The last good answer is kept on disk.

The resolver of the C library has no deadline (20 s with a silent server: facts, reliability 0.7),
so it runs in a thread that nobody waits for.
"""

import ipaddress
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_REFRESH_S: Final = 60.0
_RETRY_S: Final = 5.0

Resolve = Callable[[str], list[str]]


def resolve(host: str) -> list[str]:
    """Ask the system's resolver; raises OSError, after up to half a minute."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Addresses:
    """The addresses of `hosts`, refreshed every minute, remembered in `memory` across starts."""

    def __init__(self, hosts: Iterable[str], memory: Path, resolve: Resolve = resolve) -> None:
        self._known: dict[str, str] = {}
        self._memory = memory
        self._resolve = resolve
        self._names = [host for host in hosts if not self._is_literal(host)]
        self._wake = threading.Event()
        self._remember()

    def start(self) -> None:
        """Begin to look names up."""
        if self._names:
            threading.Thread(target=self._run, name="addresses", daemon=True).start()

    def get(self, host: str) -> str | None:
        """Return an address of `host` at once; None if it was never resolved."""
        return self._known.get(host)

    def _is_literal(self, host: str) -> bool:
        try:
            self._known[host] = str(ipaddress.ip_address(host))
        except ValueError:
            return False
        return True

    def _run(self) -> None:
        while True:
            failed = [host for host in self._names if not self._look_up(host)]
            self._wake.wait(_RETRY_S if failed else _REFRESH_S)

    def _look_up(self, host: str) -> bool:
        try:
            found = self._resolve(host)
        except OSError as error:
            log.warning("%s could not be resolved (%s); its last address stays in use", host, error)
            return False
        if found and self._known.get(host) not in found:
            self._known[host] = found[0]
            self._write()
        return bool(found)

    def _remember(self) -> None:
        try:
            found = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return  # the first start, or a file that a power cut spoilt: names are looked up anew
        if isinstance(found, dict):
            self._known |= {host: str(found[host]) for host in self._names if host in found}

    def _write(self) -> None:
        names = {host: self._known[host] for host in self._names if host in self._known}
        fresh = self._memory.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(names), encoding="utf-8")
            fresh.replace(self._memory)
        except OSError as error:
            log.warning("addresses could not be kept on disk: %s", error)
