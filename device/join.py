"""`tocsin-device join`: becomes a unit of a school.

The key is made here and never leaves.  Nobody is trusted before the authority's certificate has
been held against the code; only then is the code's secret shown, and to that authority alone.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from device.settings import DeviceSettings
from service import owners
from service.files import write_whole
from service.identity import PEM, key_in, request_for
from service.renewal import AuthorityError, ask
from service.settings import SettingsError, load
from wire.errors import WireError
from wire.joincode import JoinCode, mark_of, read_code

SETTINGS: Final = "device.toml"
_DEADLINE_S: Final = 10.0
_LARGEST: Final = 16_384

_TEXT: Final = """\
# One wall unit, as it joined its school.  Paths are relative to this file.  Look it over with
#   tocsin-device check --config device.toml
# Every other setting (pins, buzzer, covert) stands in config/device.toml of the source.

site = {site}
unit = {unit}
room = {room}
"""
_GATEWAY: Final = """
[[gateway]]
url = {broker}
ca = "{place}ca.crt"
cert = "{place}unit.crt"
key = "{place}unit.key"
sealed_by = "{place}gateway.crt"
authority = {renewal}
"""
# A second gateway has an authority of its own, and this unit a key of its own for it.
_SECOND: Final = "second"


class JoinError(Exception):
    """This unit could not join; the words say whose fault it is."""


def join(url: str, typed: str, folder: Path) -> Path:
    """Join the school whose authority listens at `url`; returns the settings that were written.

    A unit that has joined one gateway joins the second one of the same school beside it.  Raises
    JoinError, and then leaves the settings as they were.
    """
    before = folder / SETTINGS
    place = folder / _SECOND if before.exists() else folder
    if (place / "unit.crt").exists() and before.exists():
        raise JoinError(f"it has joined two gateways before; move {before} away to begin anew")
    try:
        answer = _ask_to_join(url.rstrip("/"), read_code(typed), place)
        return add_gateway(before, answer) if before.exists() else take(folder, answer)
    except WireError as error:
        raise JoinError(f"that is no code: {error}") from error
    except ssl.SSLCertVerificationError as error:
        words = "the gateway's certificate does not name the address in that URL"
        raise JoinError(f"{words}, or is not the school's: {error.verify_message}") from error
    except AuthorityError as error:
        raise JoinError(f"the gateway refused: {error}") from error
    except (SettingsError, KeyError) as error:
        raise JoinError(f"what the gateway said cannot be used: {error}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise JoinError(f"{url}: {error}") from error


def take(folder: Path, answer: Mapping[str, Any]) -> Path:
    """Write what the authority answered beside key and `ca.crt`; returns the settings.

    Raises SettingsError for settings that will not do, KeyError for an answer that lacks something.
    """
    _write_certificates(folder, answer)
    names = ("site", "unit", "room")
    text = _TEXT.format(**{name: json.dumps(str(answer[name])) for name in names})
    return _write_settings(folder / SETTINGS, text + _gateways(answer, ""))


def add_gateway(settings: Path, answer: Mapping[str, Any]) -> Path:
    """Let a unit speak to a second gateway, too; raises JoinError for one of another school."""
    told = load(settings, DeviceSettings)
    for name in ("site", "unit"):
        if answer[name] != getattr(told, name):
            raise JoinError(f"there it would be of the {name} {answer[name]}, here of another one")
    _write_certificates(settings.parent / _SECOND, answer)
    text = settings.read_text(encoding="utf-8") + _gateways(answer, f"{_SECOND}/")
    return _write_settings(settings, text)


def _ask_to_join(url: str, code: JoinCode, place: Path) -> Mapping[str, Any]:
    place.mkdir(parents=True, exist_ok=True)
    authority = _authority(url, code)
    write_whole(place / "ca.crt", authority, 0o644)
    asked = {
        "window": code.window,
        "secret": code.secret,
        "request": request_for(key_in(place / "unit.key")).decode("ascii"),
    }
    return ask(f"{url}/join", place / "ca.crt", asked)


def _write_certificates(place: Path, answer: Mapping[str, Any]) -> None:
    write_whole(place / "unit.crt", str(answer["certificate"]).encode(), 0o644)
    write_whole(place / "gateway.crt", str(answer["gateway"]).encode(), 0o644)


def _gateways(answer: Mapping[str, Any], place: str) -> str:
    renewal = json.dumps(str(answer["renewal"]))
    return "".join(
        _GATEWAY.format(broker=json.dumps(str(broker)), place=place, renewal=renewal)
        for broker in answer["brokers"]
    )


def _authority(url: str, code: JoinCode) -> bytes:
    """Return the authority's certificate, if it is the one that the code speaks of."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("give the gateway as https://host:8443")
    # The one moment without trust: what is read here counts only if it fits the code.
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    line = http.client.HTTPSConnection(
        parts.hostname, parts.port or 8443, timeout=_DEADLINE_S, context=blind
    )
    try:
        line.request("GET", "/authority")
        found = x509.load_pem_x509_certificate(line.getresponse().read(_LARGEST))
    finally:
        line.close()
    if mark_of(found.fingerprint(hashes.SHA256())) != code.mark:
        raise JoinError(
            "the code is of another school's authority than the one that answered."
            "  Somebody may be listening in; nothing was told to it"
        )
    return found.public_bytes(PEM)


def _write_settings(path: Path, text: str) -> Path:
    """Look the settings over before they count."""
    trial = path.with_name(f"{path.name}.trial")
    write_whole(trial, text.encode(), 0o644)
    try:
        load(trial, DeviceSettings)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)
    owners.give(path.parent, owners.DEVICE)
    return path
