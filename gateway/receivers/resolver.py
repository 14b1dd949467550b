"""Resolves names outside the alert path.  The addresses that worked last are kept on disk.

The resolver of the C library has no deadline (docs/decisions/deadlines.md), so it runs in a thread
that nobody waits for.  And it may lie: its answer is tried, but an address that has taken a report
is dropped only when another one has.
"""

import ipaddress
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from gateway.core.events import HealthStatus
from service.events import CallbackFailed
from service.files import write_whole
from service.periodic import Periodic
from wire.clean import clean
from wire.gateway_troubles import DNS
from wire.ids import Seconds

log = logging.getLogger(__name__)

_REFRESH: Final = Seconds(60.0)
_RETRY: Final = Seconds(5.0)
# As many as one report can try before its deadline.
_MOST: Final = 3

Resolve = Callable[[str], list[str]]


def resolve(host: str) -> list[str]:
    """Ask the system's resolver; raises OSError, after up to half a minute."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Resolver(Protocol):
    """Where hosts are, best first; it is told what came of each address.  Never waits."""

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`, none if there is none yet."""

    def worked(self, host: str, address: str) -> None:
        """A server that proved to be `host` took a request there."""

    def failed(self, host: str, address: str) -> None:
        """A request got nowhere there."""


class CachingResolver:
    """The addresses of `hosts`, refreshed every minute; `memory` keeps what worked over starts."""

    def __init__(
        self,
        hosts: Iterable[str],
        memory: Path,
        put: Callable[[CallbackFailed], None],
        resolve: Resolve = resolve,
    ) -> None:
        self._memory = memory
        self._resolve = resolve
        self._known: dict[str, tuple[str, ...]] = {}
        self._names = [host for host in dict.fromkeys(hosts) if not self._is_literal(host)]
        self._worked: dict[str, str] = self._remember()
        self._known |= {host: (address,) for host, address in self._worked.items()}
        self._kept = dict(self._worked)
        self._failing: set[str] = set()
        self._lock = threading.Lock()
        self._periodic = Periodic("resolver", _REFRESH, self._resolve_all, put)

    def start(self) -> None:
        """Begin to look names up."""
        if self._names:
            self._periodic.start()

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
        self._periodic.wake()

    def failed(self, host: str, address: str) -> None:
        """A report got nowhere at `address`: the next one tries another first, if there is one."""
        with self._lock:
            others = [each for each in self._known.get(host, ()) if each != address]
            if len(others) < len(self._known.get(host, ())):
                self._known[host] = (*others, address)

    def check(self) -> HealthStatus:
        """Say which names can not be looked up now."""
        names = ", ".join(sorted(self._failing))
        words = f"{names} cannot be resolved; the address that worked last stays in use"
        return HealthStatus(DNS.name(), words if names else None)

    def _is_literal(self, host: str) -> bool:
        try:
            self._known[host] = (str(ipaddress.ip_address(host)),)
        except ValueError:
            return False
        return True

    def _resolve_all(self) -> None:
        self._failing = {host for host in self._names if not self._resolve_name(host)}
        self._periodic.every = _RETRY if self._failing else _REFRESH
        self._keep()

    def _resolve_name(self, host: str) -> bool:
        try:
            found = self._resolve(host)[:_MOST]
        except (OSError, UnicodeError) as error:
            if host not in self._failing:
                log.warning("name %s could not be resolved: %s", host, clean(str(error)))
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
        try:
            write_whole(self._memory, json.dumps(worked).encode())
            self._kept = worked
        except OSError as error:
            log.warning("addresses of receivers could not be saved: %s", error)


class ReadOnlyResolver:
    """Uses the resolver that the senders keep, and tells it nothing."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`."""
        return self._resolver.get(host)

    def worked(self, host: str, address: str) -> None:
        """Nothing: only a server that takes reports proves an address good."""

    def failed(self, host: str, address: str) -> None:
        """Nothing: what fails here must not push an address back in the senders' list."""
