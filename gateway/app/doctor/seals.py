"""Checks that the gateway can verify who sealed an alert."""

from pathlib import Path

from gateway.config.settings import GatewaySettings
from gateway.core.site import Register
from service.doctor.finding import Finding, good, problem

_CHECK = "seals"
_MOST_NAMED = 8


def check_seals(settings: GatewaySettings, register: Register) -> list[Finding]:
    """Say whose alerts would be doubted; nothing where no line leaves this machine."""
    if not settings.mqtt.secure:
        return []
    if settings.trust is None:
        seen = "no signature is verified: a person who controls the broker could forge an alert"
        return [
            problem(
                _CHECK,
                seen,
                "name the folder of the units' certificates: [trust] unit_certificates",
            )
        ]
    lacking = [
        unit for unit in register.by_unit if not _has(settings.trust.unit_certificates, unit)
    ]
    if not lacking:
        return [good(_CHECK, f"the certificates of all {len(register.by_unit)} units are there")]
    named = ", ".join(lacking[:_MOST_NAMED]) + (", …" if len(lacking) > _MOST_NAMED else "")
    cure = (
        "let those that never joined do it: `tocsin-gateway enrol ROOM --config"
        " /etc/tocsin/gateway.toml`; those whose certificate is lost join anew:"
        " `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml`; remove those that are"
        " gone from rooms.csv"
    )
    return [
        problem(_CHECK, f"no certificate of {named}: their alerts are reported as unverified", cure)
    ]


def _has(folder: Path, unit: str) -> bool:
    return (folder / f"{unit}.crt").is_file()
