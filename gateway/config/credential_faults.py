"""What is wrong with the files of secrets and certificates that the settings name.

No gateway fails to start for it: a bad file stops what it belongs to, alone, until it is mended.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.config.endpoint import Endpoint
from gateway.config.endpoints import Cap, SiaDc09, Webhook
from gateway.config.settings import CameraSettings, ConsoleSettings, GatewaySettings
from gateway.core.formats.dc09.key import Form, read_key
from service.keypair import must_be_pair, must_hold_certificates
from service.secrets import fault_of_secrets, read_password, unreadable
from service.toml_positions import Path as Place


def faults_of_credentials(settings: GatewaySettings) -> Iterator[tuple[Place, str]]:
    """Yield the setting that names a file which cannot be used, and why, without a secret."""
    yield from _faults_of_console(settings.console)
    for at, endpoint in enumerate(settings.endpoint):
        for name, judge in _judges_of_endpoint(endpoint):
            if fault := _fault(judge):
                yield ("endpoint", at, name), fault
    for at, camera in enumerate(settings.camera):
        for name, judge in _judges_of_camera(camera):
            if fault := _fault(judge):
                yield ("camera", at, name), fault


def _faults_of_console(console: ConsoleSettings | None) -> Iterator[tuple[Place, str]]:
    fault = _fault(lambda: must_be_pair(console.cert, console.key)) if console else None
    if fault:
        yield ("console", "cert"), fault


def _judges_of_endpoint(endpoint: Endpoint) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield what raises ValueError or OSError, each with its setting."""
    ca, cert, key = endpoint.ca, endpoint.cert, endpoint.key
    yield "cert", lambda: must_be_pair(cert, key)
    if ca:
        yield "ca", lambda: must_hold_certificates(ca)
    match endpoint:
        case Webhook(secret_file=Path() as secrets):
            yield "secret_file", lambda: _must_hold_secrets(secrets)
        case SiaDc09(key_file=Path() as file, key_format=form):
            yield "key_file", lambda: _must_hold_key(file, form)
        case Cap(sign_key=signer, sign_cert=shown):
            yield "sign_key", lambda: must_be_pair(shown, signer)


def _judges_of_camera(camera: CameraSettings) -> Iterator[tuple[str, Callable[[], None]]]:
    ca, password_file = camera.ca, camera.password_file
    if ca:
        yield "ca", lambda: must_hold_certificates(ca)
    if password_file:
        yield "password_file", lambda: _must_hold_password(password_file)


def _fault(judge: Callable[[], None]) -> str | None:
    try:
        judge()
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _must_hold_secrets(file: Path) -> None:
    if fault := fault_of_secrets(file):
        raise ValueError(fault)


def _must_hold_key(file: Path, form: Form) -> None:
    read_key(_password_in(file), form)


def _must_hold_password(file: Path) -> None:
    if not _password_in(file):
        raise ValueError(f"{file} is empty")


def _password_in(file: Path) -> str:
    try:
        return read_password(file)
    except OSError as error:
        raise ValueError(unreadable(file, error)) from error
