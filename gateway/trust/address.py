"""The command `set-address`: changes the address at which units and people reach this machine.

The authority, every key and each unit's certificate stay as they are.  Made anew are the
certificates of the servers here, because they name the address, and two lines of the settings.
"""

import argparse
import json
import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gateway.config.services import services_of
from gateway.config.settings import GatewaySettings, IdentitySettings
from gateway.trust.bootstrap_plan import PlanError, every_host, in_url, must_be_hosts
from gateway.trust.broker import files as broker_files
from gateway.trust.ca import key_folder
from gateway.trust.ca.authority import Authority
from gateway.trust.ca.database import EnrolmentDatabase
from service import exits
from service.files import write_whole
from service.identity import is_issued_by, key_in, name_on, read_certificate, request_for
from service.settings import SettingsError, parse, read_file
from wire.ids import Wall

_OPEN: Final = 0o644
_HERE: Final = """
Next:
  1. Here: systemctl restart {services}
  2. Codes and labels shown before bear the old address: enrol shows new ones."""
_ELSEWHERE: Final = """\
  3. On every unit that has joined:
     sed -i {edit} /etc/tocsin/device.toml && systemctl restart tocsin-device
  4. On a second gateway, if there is one:
     sed -i {edit} /etc/tocsin/gateway.toml && systemctl restart tocsin-gateway"""


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Give this machine the addresses `options.host`, the best first; returns the exit code."""
    hosts, before = tuple(options.host), settings.authority.hosts
    try:
        must_be_hosts(hosts)
        text = settings_at(options.config, hosts)
        whole = parse(text, options.config, GatewaySettings)
        for path in _sign(settings, whole, hosts):
            print(f"made anew  {path}")
        write_whole(options.config, text.encode(), mode=None)
    except (PlanError, SettingsError, OSError, ValueError, sqlite3.Error) as error:
        print(f"the address was not changed: {error}", file=sys.stderr)
        return exits.PROBLEM
    here = _HERE.format(services=" ".join(services_of(whole)))
    print(f"changed    {options.config}\n{here}")
    if gone := [host for host in before if host not in hosts]:
        print(_ELSEWHERE.format(edit=_edit(gone, hosts[0])))
    return exits.GOOD


def settings_at(path: Path, hosts: Sequence[str]) -> str:
    """Return the text of the settings at `path` with these hosts; nothing else in it is changed.

    Raises SettingsError, or ValueError where a person has to write them.
    """
    text = read_file(path).text
    found = parse(text, path, GatewaySettings)
    text = with_value(text, "authority", "hosts", list(hosts))
    if found.console and found.authority and found.console.url:
        parts = urlsplit(found.console.url)
        if parts.hostname in found.authority.hosts:
            port = f":{parts.port}" if parts.port else ""
            url = parts._replace(netloc=in_url(hosts[0]) + port).geturl()
            text = with_value(text, "console", "url", url)
    read = parse(text, path, GatewaySettings)
    if read.authority is None or read.authority.hosts != tuple(hosts):
        raise ValueError(
            f"write hosts = {json.dumps(hosts)} into [authority] of {path}, then again"
        )
    return text


def with_value(text: str, table: str, name: str, value: object) -> str:
    """Return `text` with another value for `name` in `[table]`, comments and all else kept."""
    line = rf"(?ms)^(\[{table}\](?:(?!^\[).)*?^{name}\s*=\s*)(\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*')"
    written = json.dumps(value, ensure_ascii=False)
    return re.sub(line, lambda found: found[1] + written, text, count=1)


def _sign(
    settings: IdentitySettings, whole: GatewaySettings, hosts: Sequence[str]
) -> Iterator[Path]:
    """Make each server's certificate anew for its old key; yields its path."""
    own, now = settings.authority, Wall(time.time())
    authority = key_folder.load_authority(own.folder)
    ledger = EnrolmentDatabase(own.folder / key_folder.LEDGER)
    try:
        for path, key in _servers(settings, whole, authority):
            name, request = name_on(read_certificate(path)), request_for(key_in(key))
            write_whole(path, authority.sign_server(name, every_host(hosts), request, now), _OPEN)
            ledger.signed(name, read_certificate(path).serial_number)
            yield path
    finally:
        ledger.close()


def _servers(
    settings: IdentitySettings, whole: GatewaySettings, authority: Authority
) -> Iterator[tuple[Path, Path]]:
    """Yield certificate and key of all that listens here by a certificate of our authority."""
    own = settings.authority
    yield own.broker / broker_files.CERTIFICATE, own.broker / broker_files.KEY
    yield own.folder / key_folder.SERVER_CERTIFICATE, own.folder / key_folder.SERVER_KEY
    if whole.console and whole.console.cert and whole.console.key:
        # One from elsewhere, as of a public authority, is not ours to make.
        if not is_issued_by(read_certificate(whole.console.cert), authority.certificate):
            return
        yield whole.console.cert, whole.console.key


def _edit(gone: Sequence[str], new: str) -> str:
    """Return sed's words that put `new` in the place of the hosts in the URLs of a file."""
    patterns = (re.sub(r"([][.])", r"[\1]", in_url(old)) for old in gone)
    return " ".join(f"-e 's#//{pattern}:#//{in_url(new)}:#'" for pattern in patterns)
