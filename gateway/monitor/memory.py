"""How much memory each service uses, as the kernel counts it for systemd."""

from pathlib import Path
from typing import Final

GROUPS: Final = Path("/sys/fs/cgroup/system.slice")
SERVICES: Final = (
    "tocsin-authority",
    "tocsin-broker",
    "tocsin-cameras",
    "tocsin-console",
    "tocsin-gateway",
    "tocsin-monitor",
    "tocsin-notices",
)


def read_memory(groups: Path = GROUPS) -> dict[str, int]:
    """Return the bytes of each service that runs under systemd on this machine."""
    found = {}
    for service in SERVICES:
        try:
            found[service] = int((groups / f"{service}.service/memory.current").read_text("ascii"))
        except (OSError, ValueError):
            continue
    return found
