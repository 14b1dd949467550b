"""Looks at whether the gateway can tell who sealed an alert."""

from pathlib import Path

from gateway.register import Register
from gateway.settings import GatewaySettings
from service.doctor.finding import Finding, good, problem

_CHECK = "seals"
_MOST_NAMED = 8


def look_at_seals(settings: GatewaySettings, register: Register) -> list[Finding]:
    """Say whose alerts would be doubted; nothing where no line leaves this machine."""
    if not settings.mqtt.secure:
        return []
    if settings.trust is None:
        seen = "no seal is looked at: whoever holds the broker could make up an alert"
        return [problem(_CHECK, seen, "name the folder of the units' certificates: [trust] units")]
    lacking = [unit for unit in register.by_unit if not _has(settings.trust.units, unit)]
    if not lacking:
        return [good(_CHECK, f"the certificates of all {len(register.by_unit)} units are there")]
    named = ", ".join(lacking[:_MOST_NAMED]) + (", …" if len(lacking) > _MOST_NAMED else "")
    cure = "have them join: tocsin-gateway enrol ROOM; take those that are gone out of rooms.csv"
    return [problem(_CHECK, f"no certificate of {named}: their alerts are doubted", cure)]


def _has(folder: Path, unit: str) -> bool:
    return (folder / f"{unit}.crt").is_file()
