"""The files of secrets that gateway.toml names, each with the user whose service reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.config.endpoints import Webhook
from gateway.config.settings import GatewaySettings
from service import owners
from service.toml_positions import Path as Place


class SecretFile(NamedTuple):
    """A file that is there, and where the settings name it."""

    place: Place
    path: Path
    user: str


def secret_files(settings: GatewaySettings) -> Iterator[SecretFile]:
    """Yield each that is there: of one that is not, the name may be a secret itself."""
    for place, path, user in _named(settings):
        if path and path.is_file():
            yield SecretFile(place, path, user)


def _named(settings: GatewaySettings) -> Iterator[tuple[Place, Path | None, str]]:
    yield ("mqtt", "key"), settings.mqtt.key, owners.GATEWAY
    if settings.standby:
        yield ("standby", "primary", "key"), settings.standby.primary.key, owners.GATEWAY
    if settings.console:
        yield ("console", "key"), settings.console.key, owners.CONSOLE
    if settings.metrics:
        yield ("metrics", "key"), settings.metrics.key, owners.MONITOR
        yield ("metrics", "token_file"), settings.metrics.token_file, owners.MONITOR
    if settings.notices:
        yield ("notices", "people"), settings.notices.people, owners.NOTICES
    for at, each in enumerate(settings.endpoint):
        name = "secret_file" if isinstance(each, Webhook) else "key_file"
        yield ("endpoint", at, name), each.secrets, owners.GATEWAY
        yield ("endpoint", at, "key"), each.key, owners.GATEWAY
    for at, camera in enumerate(settings.camera):
        yield ("camera", at, "password_file"), camera.password_file, owners.CAMERAS
