"""Checks that the console answers."""

from collections.abc import Iterator
from typing import Final

from gateway.config.settings import ConsoleSettings
from service.doctor.finding import Finding
from service.doctor.machine import CLOCK_CURE
from service.doctor.servers import Cures, check_plain_server

_START: Final = "`systemctl enable --now tocsin-console`"
_ADDRESS: Final = "is `host` of [console] in /etc/tocsin/gateway.toml an address of this machine?"
_ANYWHERE: Final = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_CURES: Final[Cures] = {
    "certificate": _START,
    "ours": _START,
    "ends": _START,
    "name": _ADDRESS,
    "clock": CLOCK_CURE,
    "refused": _START,
    "unreachable": _ADDRESS,
}


def check_console(console: ConsoleSettings | None) -> Iterator[Finding]:
    """Say whether the console listens where its settings say; nothing where there is none."""
    if console is not None:
        host = _ANYWHERE.get(console.host, console.host)
        found = check_plain_server("console", host, console.port, _CURES)
        yield found if found.verdict == "problem" else found._replace(seen="it listens")
