"""Checks what the settings refer to: files, folders, host names, foreign authorities; for `check`.

A running gateway does not depend on it: a name server may be away for a minute.  Each fault is
reported at the line of its setting.
"""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gateway.config.credential_faults import faults_of_credentials
from gateway.config.endpoints import EidoNotifier, Webhook
from gateway.config.people import PeopleSettings, faults_of_carriers
from gateway.config.secret_files import secret_files
from gateway.config.settings import GatewaySettings
from service import owners
from service.cure import as_word
from service.doctor.access import (
    GIVE_ACCESS,
    account_of,
    fault_of_secret_file,
    faults_of_settings_file,
)
from service.doctor.strict import faults_of_authority
from service.settings import Fault, SettingsError, load, read_file
from service.toml_positions import Path as Place
from service.toml_positions import find_places, line_of

_LOOKUPS: Final = 16


def faults_around(settings: GatewaySettings, path: Path) -> list[Fault]:
    """Return what is wrong around `settings`, which were read from `path`; may wait for names."""
    places = find_places(read_file(path).text)
    credentials = dict(faults_of_credentials(settings))
    found = [
        *_faults_of_folders(settings),
        *_faults_of_secrets(settings),
        *_faults_of_access(settings, path),
        *_faults_of_authorities(settings),
        *_faults_of_people(settings),
        *_faults_of_hosts(_hosts(settings)),
    ]
    found = [*credentials.items(), *(each for each in found if each[0] not in credentials)]
    faults = [Fault(line_of(places, place), dotted(place), words) for place, words in found]
    return sorted(faults, key=lambda fault: fault.line or 0)


def _faults_of_folders(settings: GatewaySettings) -> Iterator[tuple[Place, str]]:
    folders: dict[Place, Path] = {("store", "path"): settings.store.path.parent}
    users: dict[Place, str] = {
        ("accounts", "path"): owners.CONSOLE,
        ("notices", "path"): owners.NOTICES,
    }
    if settings.pictures.path:
        folders["pictures", "path"] = settings.pictures.path.parent
    if settings.accounts:
        folders["accounts", "path"] = settings.accounts.path.parent
    if settings.notices:
        folders["notices", "path"] = settings.notices.path.parent
    if settings.trust:
        folders["trust", "unit_certificates"] = settings.trust.unit_certificates
    if settings.console and settings.console.plans:
        folders["console", "plans"] = settings.console.plans
    for place, folder in folders.items():
        if not folder.is_dir():
            path = as_word(folder)
            user = users.get(place, owners.GATEWAY)
            yield place, f"there is no folder {folder}: `install -d -o {user} -g {user} {path}`"


def _faults_of_secrets(settings: GatewaySettings) -> Iterator[tuple[Place, str]]:
    for place, file, user in secret_files(settings):
        account = account_of(settings.store.path.parent, user)
        if fault := fault_of_secret_file(file, account):
            yield place, fault


def _faults_of_access(settings: GatewaySettings, path: Path) -> Iterator[tuple[Place, str]]:
    account = account_of(settings.store.path.parent, owners.GATEWAY)
    for fault in faults_of_settings_file(path, account):
        yield ("site",), f"{fault}: {GIVE_ACCESS}"


def _faults_of_authorities(settings: GatewaySettings) -> Iterator[tuple[Place, str]]:
    foreign: dict[Place, Path | None] = {}
    foreign |= {("endpoint", at, "ca"): each.ca for at, each in enumerate(settings.endpoint)}
    foreign |= {("camera", at, "ca"): each.ca for at, each in enumerate(settings.camera)}
    for place, ca in foreign.items():
        for fault in faults_of_authority(ca) if ca else ():
            yield place, f"strict verification refuses it: {fault}"


def _faults_of_people(settings: GatewaySettings) -> Iterator[tuple[Place, str]]:
    """What is wrong in the file of people, in words that hold no address of a carrier."""
    if settings.notices is None:
        return
    try:
        people = load(settings.notices.people, PeopleSettings)
    except SettingsError as error:
        yield ("notices", "people"), "; ".join(map(str, error.faults))
    else:
        for fault in faults_of_carriers(people):
            yield ("notices", "people"), fault


def _hosts(settings: GatewaySettings) -> Mapping[Place, str]:
    urls: dict[Place, str] = {("mqtt", "url"): settings.mqtt.url}
    if settings.standby:
        urls["standby", "primary", "url"] = settings.standby.primary.url
    for at, each in enumerate(settings.endpoint):
        if isinstance(each, EidoNotifier):
            urls["endpoint", at, "listen"] = each.listen
        for name, url in zip(("url", "backup_url"), each.urls, strict=False):
            urls["endpoint", at, name] = url
        if isinstance(each, Webhook):
            urls["endpoint", at, "acknowledgements_url"] = each.acknowledgements_url
            urls["endpoint", at, "frames_url"] = each.frames_url
    for at, camera in enumerate(settings.camera):
        urls["camera", at, "source"] = camera.source
    hosts = {place: urlsplit(url).hostname or "" for place, url in urls.items()}
    return {place: host for place, host in hosts.items() if host}


def _faults_of_hosts(hosts: Mapping[Place, str]) -> Iterator[tuple[Place, str]]:
    with ThreadPoolExecutor(_LOOKUPS) as pool:
        for place, fault in zip(hosts, pool.map(_fault_of_host, hosts.values()), strict=True):
            if fault:
                yield place, fault


def _fault_of_host(host: str) -> str | None:
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"the name {host} cannot be looked up ({why})"
    return None


def dotted(place: Place) -> str:
    """Return a setting's place as it is told: endpoint[1].secret_file."""
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return shown.lstrip(".")
