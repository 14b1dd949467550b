"""The files that the broker runs on: written whole, checked, then swapped in.

Debian's Mosquitto 2.0.11 opens itself to everybody when it is told to reload a bad access list or
list of revocations (docs/decisions/broker-files.md), so no bad file may ever lie there.
"""

import hashlib
import re
import secrets
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cryptography import x509

from gateway.trust.broker.acl import fault_of
from service.files import write_whole
from service.mosquitto import COMMON
from wire.ids import Seconds, Wall

ACCESS: Final = "access.acl"
REVOCATIONS: Final = "revoked.crl"
CERTIFICATE: Final = "broker.crt"
KEY: Final = "broker.key"
AUTHORITY: Final = "ca.crt"
CONFIGURATION: Final = "mosquitto.conf"
# What its supervisor adds to them at each start.
SUPERVISED: Final = "supervised.conf"
PASSWORDS: Final = "supervisor.passwords"
SOCKET: Final = "supervisor.sock"
SUBSCRIPTIONS: Final = "subscriptions.json"

# As many as mosquitto_passwd takes: the password is random, and never leaves the machine.
_ROUNDS: Final = 101
_ENTRY: Final = re.compile(r"[a-z-]+:\$7\$\d+\$[A-Za-z0-9+/=]{16}\$[A-Za-z0-9+/=]{88}\n")
# A list of revocations that ends sooner could lock everybody out one day.
_SHORTEST_LIST: Final = Seconds(365 * 86400.0)

_CONFIGURATION: Final = """\
# The broker beside the gateway; made by `tocsin-gateway init`.
# Every unit and the gateway show a certificate of the school's own authority; the name on it is the
# user that the access list speaks of, and the client's id, so that nobody takes another's place.
allow_anonymous false
acl_file {folder}/access.acl
user {user}
{common}
listener {port}{address}
max_qos 1
require_certificate true
use_identity_as_username true
use_username_as_clientid true
tls_version tlsv1.2
cafile {folder}/ca.crt
crlfile {folder}/revoked.crl
certfile {folder}/broker.crt
keyfile {folder}/broker.key
"""

# A listener in the broker's private folder, where its supervisor asks whether messages pass.  A
# path of its own working folder: the name of a socket may have 107 bytes at most.
_OWN_LISTENER: Final = """\
password_file {folder}/supervisor.passwords
listener 0 supervisor.sock
max_qos 1
"""


class BrokerFileError(Exception):
    """A file that the broker must never read; the old ones stay."""


def configuration(folder: Path, port: int, user: str, address: str = "") -> str:
    """Return Mosquitto's settings; `address` is empty to listen on all of the machine's."""
    return _CONFIGURATION.format(
        folder=folder,
        port=port,
        user=user,
        common=COMMON,
        address=f" {address}" if address else "",
    )


def supervised(settings: str, folder: Path, plugin: Path | None = None) -> str:
    """Return Mosquitto's `settings` with a listener for its supervisor, in the working folder.

    `plugin` refuses subscriptions by the list in that folder.
    """
    refusing = f"plugin {plugin}\nplugin_opt_config_file {folder / SUBSCRIPTIONS}\n"
    own = _OWN_LISTENER.format(folder=folder)
    return f"{settings}\n{refusing if plugin else ''}{own}"


def password_entry(user: str, password: str) -> str:
    """Return the line of `user` in Mosquitto's file of passwords."""
    salt = secrets.token_bytes(12)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return f"{user}:$7${_ROUNDS}${b64encode(salt).decode()}${b64encode(made).decode()}\n"


def swap_in(
    folder: Path, files: Mapping[str, bytes], now: Wall, reload: Callable[[], None]
) -> bool:
    """Check all of `files`, put those that differ in place and have the broker `reload` them.

    Returns whether any differed; raises BrokerFileError, with nothing changed, or OSError.
    """
    changed = {
        name: content for name, content in files.items() if _content(folder / name) != content
    }
    for name, content in changed.items():
        if fault := _FAULTS[name](folder, content, now):
            raise BrokerFileError(f"{name}: {fault}")
    for name, content in changed.items():
        write_whole(folder / name, content)
    if changed:
        reload()
    return bool(changed)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _fault_of_access(_folder: Path, content: bytes, _now: Wall) -> str | None:
    return fault_of(content.decode("ascii", "replace"))


def _fault_of_revocations(folder: Path, content: bytes, now: Wall) -> str | None:
    try:
        found = x509.load_pem_x509_crl(content)
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        ours = found.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, OSError) as error:
        return f"cannot be read: {error}"
    if not ours or found.issuer != authority.subject:
        return "is not signed by the school's authority"
    ends = found.next_update_utc
    if ends is None or ends.timestamp() - now < _SHORTEST_LIST:
        return "expires within a year, and would then lock out every unit"
    return None


def _fault_of_passwords(_folder: Path, content: bytes, _now: Wall) -> str | None:
    entry = _ENTRY.fullmatch(content.decode("ascii", "replace"))
    return None if entry else "is not the supervisor's one entry"


def _fault_of_certificate(folder: Path, content: bytes, _now: Wall) -> str | None:
    trial = folder / ".trial.crt"
    write_whole(trial, content)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(trial, folder / KEY, password="")
    except OSError as error:
        return f"does not belong to its key: {error}"
    finally:
        trial.unlink()
    return None


_FAULTS: Final[Mapping[str, Callable[[Path, bytes, Wall], str | None]]] = {
    ACCESS: _fault_of_access,
    REVOCATIONS: _fault_of_revocations,
    CERTIFICATE: _fault_of_certificate,
    PASSWORDS: _fault_of_passwords,
}
