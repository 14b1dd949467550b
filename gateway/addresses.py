"""Names to addresses, looked up outside the alert path.  The last that worked is kept on disk.

The resolver of the C library has no deadline (20 s with a silent server: facts, reliability 0.7),
so it runs in a thread that nobody waits for.  And it may lie: what it says is tried, but an address
that has taken a report is forgotten only when another one has.
"""

import ipaddress
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from gateway.work import Condition
from wire.clean import clean

log = logging.getLogger(__name__)

_REFRESH_S: Final = 60.0
_RETRY_S: Final = 5.0
# As many as one report can try before its deadline.
_MOST: Final = 3

Resolve = Callable[[str], list[str]]


def resolve(host: str) -> list[str]:
    """Ask the system's resolver; raises OSError, after up to half a minute."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Addresses:
    """The addresses of `hosts`, refreshed every minute; `memory` keeps what worked over starts."""

    def __init__(self, hosts: Iterable[str], memory: Path, resolve: Resolve = resolve) -> None:
        self._memory = memory
        self._resolve = resolve
        self._known: dict[str, tuple[str, ...]] = {}
        self._names = [host for host in dict.fromkeys(hosts) if not self._is_literal(host)]
        self._worked: dict[str, str] = self._remember()
        self._known |= {host: (address,) for host, address in self._worked.items()}
        self._kept = dict(self._worked)
        self._failing: set[str] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()

    def start(self) -> None:
        """Begin to look names up."""
        if self._names:
            threading.Thread(target=self._run, name="addresses", daemon=True).start()

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host` at once, best first; none if it was never resolved."""
        return self._known.get(host, ())

    def worked(self, host: str, address: str) -> None:
        """A server that proved to be `host` took a report at `address`."""
        if self._worked.get(host) == address or host not in self._names:
            return
        with self._lock:
            others = (each for each in self._known[host] if each != address)
            self._known[host] = (address, *others)
            self._worked[host] = address
        self._wake.set()

    def failed(self, host: str, address: str) -> None:
        """A report got nowhere at `address`: the next one tries another first, if there is one."""
        with self._lock:
            others = [each for each in self._known.get(host, ()) if each != address]
            if len(others) < len(self._known.get(host, ())):
                self._known[host] = (*others, address)

    def look(self) -> Condition:
        """Say which names can not be looked up now."""
        names = ", ".join(sorted(self._failing))
        words = f"{names} cannot be resolved; the address that worked last stays in use"
        return Condition("names", words if names else None)

    def _is_literal(self, host: str) -> bool:
        try:
            self._known[host] = (str(ipaddress.ip_address(host)),)
        except ValueError:
            return False
        return True

    def _run(self) -> None:
        while True:
            self._wake.clear()
            self._failing = {host for host in self._names if not self._look_up(host)}
            self._keep()
            self._wake.wait(_RETRY_S if self._failing else _REFRESH_S)

    def _look_up(self, host: str) -> bool:
        try:
            found = self._resolve(host)[:_MOST]
        except (OSError, UnicodeError) as error:
            if host not in self._failing:
                log.warning("%s could not be resolved: %s", host, clean(str(error)))
            return False
        with self._lock:
            stays = {*found, self._worked.get(host)}
            old = [each for each in self._known.get(host, ()) if each in stays]
            self._known[host] = (*(each for each in found if each not in old), *old)
        return bool(found)

    def _remember(self) -> dict[str, str]:
        try:
            found = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # the first start, or a file that a power cut spoilt: names are looked up
        if not isinstance(found, dict):
            return {}
        return {host: str(found[host]) for host in self._names if host in found}

    def _keep(self) -> None:
        """Outside the alert path, like all that may wait for a disk."""
        worked = dict(self._worked)
        if worked == self._kept:
            return
        fresh = self._memory.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(worked), encoding="utf-8")
            fresh.replace(self._memory)
            self._kept = worked
        except OSError as error:
            log.warning("addresses could not be kept on disk: %s", error)
