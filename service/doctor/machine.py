"""Checks the machine itself: its clock, its disk, its watchdog."""

import os
from pathlib import Path
from typing import Final

from service.clock import believable
from service.cure import as_word
from service.doctor.finding import Finding, good, problem, skipped
from wire.ids import Wall

# Some days of the busiest log; far above the reserve that the gateway keeps for itself.
_LEAST_FREE: Final = 200_000_000
_WATCHDOG: Final = Path("/sys/class/watchdog/watchdog0")
# Of a Pi's watchdog longer times are refused by older kernels, and then there is none at all
# (docs/decisions/watchdog.md).
_LONGEST_WATCHDOG_S: Final = 15
_SET_WATCHDOG: Final = (
    "`install -d /etc/systemd/system.conf.d && printf '[Manager]\\nRuntimeWatchdogSec=14s\\n'"
    " > /etc/systemd/system.conf.d/watchdog.conf && systemctl daemon-reexec`"
)
CLOCK_CURE: Final = "`timedatectl set-ntp true`, then `timedatectl timesync-status`"


def check_clock(now: Wall, synchronised: bool) -> Finding:
    """Say whether what this machine shows as the time of day can be believed."""
    if believable(now, synchronised):
        return good("clock", "set by a time service")
    cure = f"{CLOCK_CURE}; a machine without a network needs a clock chip"
    return problem("clock", "no time service has set it since the machine started", cure)


def check_disk(folder: Path) -> Finding:
    """Say whether the disk that holds `folder` has room and can be written."""
    check = f"disk {folder}"
    if not folder.is_dir():
        return problem(
            check,
            "there is no such folder",
            f"start the service, which makes it, or: `mkdir -p {as_word(folder)}`",
        )
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if found.f_flag & os.ST_RDONLY:
        return problem(
            check,
            "the disk is mounted read-only",
            "`dmesg | tail` tells why; a card may be worn out",
        )
    if free < _LEAST_FREE:
        return problem(
            check,
            f"only {free // 1_000_000} MB are free",
            "`journalctl --vacuum-size=200M && apt-get clean`",
        )
    return good(check, f"{free // 1_000_000} MB free")


def check_watchdog(folder: Path = _WATCHDOG) -> Finding:
    """Say whether the machine starts anew by itself if it hangs as a whole."""
    check = "hardware watchdog"
    try:
        state = (folder / "state").read_text().strip()
        seconds = int((folder / "timeout").read_text())
    except (OSError, ValueError):
        return skipped(check, "this machine has none")
    if state != "active":
        return problem(check, f"the watchdog is {state}", _SET_WATCHDOG)
    if seconds > _LONGEST_WATCHDOG_S:
        return problem(check, f"the watchdog waits {seconds} s", _SET_WATCHDOG)
    return good(check, f"active, after {seconds} s")
