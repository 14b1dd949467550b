"""Checks a service by what systemd reports of it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from service import exits
from service.doctor.finding import Finding, good, problem, skipped
from service.packages import reinstall

_SYSTEMD: Final = Path("/run/systemd/system")
_ASK_S: Final = 5.0
_KEYS: Final = ("LoadState", "ActiveState", "SubState", "ExecMainStatus", "WatchdogUSec")
_INSTALL: Final = "`{reinstall} && systemctl enable {unit} && systemctl restart {unit}`"


def check_service(unit: str, check: str) -> Finding:
    """Say whether systemd runs and watches over `unit`; `check` is the command for its settings."""
    if not _SYSTEMD.is_dir():
        return skipped(f"service {unit}", "systemd does not run this machine")
    try:
        return judge_service(unit, ask_systemd(unit), check)
    except (OSError, subprocess.SubprocessError) as error:
        return skipped(f"service {unit}", f"systemd could not be asked: {error}")


def ask_systemd(unit: str, systemctl: str = "systemctl") -> Mapping[str, str]:
    """Return what systemd tells of `unit`; raises OSError or SubprocessError.

    It answers in an order of its own, whatever the order of the question: each line bears its key.
    """
    asked = [systemctl, "show", unit, "-p", ",".join(_KEYS)]
    told = subprocess.run(  # noqa: S603  (no word of it comes from outside)
        asked, capture_output=True, text=True, timeout=_ASK_S, check=True
    )
    lines = (line.partition("=") for line in told.stdout.splitlines())
    return {key: value for key, _, value in lines}


def judge_service(unit: str, told: Mapping[str, str], check: str) -> Finding:
    """Say what is wrong with a service of which systemd tells so, and what mends it."""
    name, state = f"service {unit}", told.get("ActiveState", "unknown")
    if told.get("LoadState") != "loaded":
        return problem(name, "systemd has no such service", _install(unit))
    if told.get("SubState") == "auto-restart":
        return _ends_again_and_again(name, unit, told.get("ExecMainStatus", ""), check)
    if state != "active":
        return problem(name, state, f"`systemctl enable --now {unit}`")
    if told.get("WatchdogUSec") in (None, "", "0", "infinity"):
        return problem(name, "it runs without a watchdog", _install(unit))
    return good(name, "active, and watched over")


def check_helpers(door: str, whose: str) -> Finding:
    """Say whether the helpers of the service `whose`, who face strangers, have users of their own.

    At the socket `door` systemd gives them some (service/helper.py).
    """
    if not _SYSTEMD.is_dir():
        shared = f"systemd does not run this machine: they have the user of {whose}"
        return skipped(f"helpers {door}", shared)
    try:
        return judge_helpers(door, whose, ask_systemd(door))
    except (OSError, subprocess.SubprocessError) as error:
        return skipped(f"helpers {door}", f"systemd could not be asked: {error}")


def judge_helpers(door: str, whose: str, told: Mapping[str, str]) -> Finding:
    """Say what is wrong with the socket of helpers of which systemd tells so."""
    name, state = f"helpers {door}", told.get("ActiveState", "unknown")
    if told.get("LoadState") != "loaded":
        shared = f"systemd has no such socket: they have the user of {whose}"
        return problem(name, shared, f"`{reinstall(whose)} && systemctl restart {whose}`")
    if state != "active":
        return problem(
            name, f"{state}: they have the user of {whose}", f"`systemctl restart {door} {whose}`"
        )
    return good(name, "each has a user of its own")


def _install(unit: str) -> str:
    return _INSTALL.format(reinstall=reinstall(unit), unit=unit)


def _ends_again_and_again(name: str, unit: str, code: str, check: str) -> Finding:
    seen = f"it ends with exit code {code} and is started again, over and over"
    if code == str(exits.BAD_CONFIGURATION):
        return problem(name, f"{seen}: its settings have a fault", f"`{check}` names it")
    return problem(name, seen, f"`journalctl -u {unit} -n 30 --no-pager` shows its last words")
