"""Looks at the machine itself: its clock, its disk, who may read its secrets, its watchdog."""

import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from service.clock import believable
from service.doctor.finding import Finding, good, problem, skipped
from wire.ids import Wall

# Some days of the busiest log; far above the reserve that the gateway keeps for itself.
_LEAST_FREE: Final = 200_000_000
_WATCHDOG: Final = Path("/sys/class/watchdog/watchdog0")
# Of a Pi's watchdog longer times are refused by older kernels, and then there is none at all
# (facts, hardware 3).
_LONGEST_WATCHDOG_S: Final = 15
_SYSTEMD: Final = Path("/run/systemd/system")
_ASK_S: Final = 5.0


def look_at_clock(now: Wall, synchronised: bool) -> Finding:
    """Say whether what this machine shows as the time of day can be believed."""
    if believable(now, synchronised):
        return good("clock", "set by a time service")
    cure = "timedatectl set-ntp true, or install chrony; a Pi without a network needs a clock chip"
    return problem("clock", "no time service has set it since the machine started", cure)


def look_at_disk(folder: Path) -> Finding:
    """Say whether the disk that holds `folder` has room and can be written."""
    check = f"disk {folder}"
    if not folder.is_dir():
        return problem(check, "there is no such folder", f"make it, or start the service: {folder}")
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if found.f_flag & os.ST_RDONLY:
        return problem(check, "it is mounted read-only", "see dmesg for the reason; a card may die")
    if free < _LEAST_FREE:
        return problem(check, f"only {free // 1_000_000} MB are free", "make room: journalctl, apt")
    return good(check, f"{free // 1_000_000} MB free")


def look_at_modes(files: Iterable[Path]) -> list[Finding]:
    """Say which files with secrets others on this machine could read."""
    findings: list[Finding] = []
    for file in dict.fromkeys(files):
        check = f"mode of {file.name}"
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except OSError as error:
            findings.append(problem(check, str(error.strerror), f"is the path right? {file}"))
            continue
        if mode & 0o077:
            seen = f"{mode:04o}: others on this machine may use it"
            findings.append(problem(check, seen, f"chmod 600 {file}"))
        else:
            findings.append(good(check, f"{mode:04o}"))
    return findings


def look_at_service(unit: str) -> Finding:
    """Say whether systemd runs and watches over the service `unit`."""
    check = f"service {unit}"
    if not _SYSTEMD.is_dir():
        return skipped(check, "systemd does not run this machine")
    keys = ("ActiveState", "WatchdogUSec")
    asked = ["systemctl", "show", unit, "-p", ",".join(keys), "--value"]
    try:
        told = subprocess.run(  # noqa: S603  (no word of it comes from outside)
            asked, capture_output=True, text=True, timeout=_ASK_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return skipped(check, f"systemd could not be asked: {error}")
    state, watched, *_ = [*told.stdout.split("\n"), "", ""]
    if state != "active":
        return problem(check, state or "unknown", f"systemctl enable --now {unit}")
    if watched in ("", "0", "infinity"):
        return problem(check, "it runs unwatched", "use the service file that Tocsin brings")
    return good(check, "active, and watched over")


def look_at_watchdog(folder: Path = _WATCHDOG) -> Finding:
    """Say whether the machine starts anew by itself if it hangs as a whole."""
    check = "hardware watchdog"
    try:
        state = (folder / "state").read_text().strip()
        seconds = int((folder / "timeout").read_text())
    except (OSError, ValueError):
        return skipped(check, "this machine has none")
    cure = "in /etc/systemd/system.conf: RuntimeWatchdogSec=14s; then reboot"
    if state != "active":
        return problem(check, f"it is {state}", cure)
    if seconds > _LONGEST_WATCHDOG_S:
        return problem(check, f"it waits {seconds} s", cure)
    return good(check, f"active, after {seconds} s")
