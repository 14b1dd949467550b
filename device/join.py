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
authority = {renewal}
"""
_GATEWAY: Final = """
[[gateway]]
url = {broker}
ca = "ca.crt"
cert = "unit.crt"
key = "unit.key"
sealed_by = "gateway.crt"
"""


class JoinError(Exception):
    """This unit could not join; the words say whose fault it is."""


def join(url: str, typed: str, folder: Path) -> Path:
    """Join the school whose authority listens at `url`; returns the settings that were written.

    Raises JoinError, and then leaves no settings.
    """
    if (folder / SETTINGS).exists():
        raise JoinError(f"{folder / SETTINGS} is there: it has joined before; move that file away")
    try:
        return _join(url.rstrip("/"), read_code(typed), folder)
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


def _join(url: str, code: JoinCode, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    authority = _authority(url, code)
    write_whole(folder / "ca.crt", authority, 0o644)
    asked = {
        "window": code.window,
        "secret": code.secret,
        "request": request_for(key_in(folder / "unit.key")).decode("ascii"),
    }
    return take(folder, ask(f"{url}/join", folder / "ca.crt", asked))


def take(folder: Path, answer: Mapping[str, Any]) -> Path:
    """Write what the authority answered beside key and `ca.crt`; returns the settings.

    Raises SettingsError for settings that will not do, KeyError for an answer that lacks something.
    """
    write_whole(folder / "unit.crt", str(answer["certificate"]).encode(), 0o644)
    write_whole(folder / "gateway.crt", str(answer["gateway"]).encode(), 0o644)
    settings = _write_settings(folder, answer)
    owners.give(folder, owners.DEVICE)
    return settings


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


def _write_settings(folder: Path, answer: Mapping[str, Any]) -> Path:
    names = ("site", "unit", "room", "renewal")
    text = _TEXT.format(**{name: json.dumps(str(answer.get(name, ""))) for name in names})
    brokers = answer.get("brokers")
    for broker in brokers if isinstance(brokers, list) else []:
        text += _GATEWAY.format(broker=json.dumps(str(broker)))
    path, trial = folder / SETTINGS, folder / f"{SETTINGS}.trial"
    write_whole(trial, text.encode(), 0o644)
    try:
        load(trial, DeviceSettings)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)
    return path
