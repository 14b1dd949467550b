"""The Debian packages that Tocsin comes in, and how one is put in its place again (README)."""

from typing import Final

_GATEWAY: Final = "tocsin-gateway"
_OTHERS: Final = {"tocsin-device": "tocsin-unit", "tocsin-receiver": "tocsin-police"}


def reinstall(service: str = _GATEWAY) -> str:
    """Return the command that lays down the package of `service` again, as cures have it."""
    return f"apt install --reinstall ./{_OTHERS.get(service, _GATEWAY)}_*.deb"
