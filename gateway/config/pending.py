"""Which settings were changed since the process read them, and count after a restart only."""

from pathlib import Path

from gateway.config.settings import GatewaySettings
from service.settings import SettingsError, load


def pending(path: Path, running: GatewaySettings) -> list[str]:
    """Return the headings of the file at `path` under which something else stands than runs.

    None for a file with a fault: that is told by itself.  Rooms of cameras count at once.
    """
    try:
        fresh = load(path, GatewaySettings)
    except SettingsError:
        return []
    now, then = _comparable(fresh), _comparable(running)
    return [name for name in GatewaySettings.model_fields if now[name] != then[name]]


def _comparable(settings: GatewaySettings) -> dict[str, object]:
    found: dict[str, object] = dict(settings)
    found["camera"] = [each.model_copy(update={"rooms": ()}) for each in settings.camera]
    return found
