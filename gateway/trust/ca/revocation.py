"""Publishes the list of revoked certificates, and disconnects a revoked unit from the broker.

The broker does not apply that list to an established connection.  But it lets only one client
connect under a name, so the authority connects under the unit's name and disconnects again: the
unit is off, and because of the list it cannot come back.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from gateway.config.revoked import read_revoked
from gateway.config.trust import AuthoritySettings
from gateway.trust.ca.authority import Authority
from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.key_folder import AUTHORITY_CERTIFICATE, PUBLISHED_LIST
from service.broker import Broker
from service.events import LinkUp
from service.files import write_whole
from service.identity import key_as_pem, new_key, request_for
from service.threaded_link import ThreadedLink
from wire.ids import Monotonic, UnitId, Wall

log = logging.getLogger(__name__)

# Once the broker should have taken the list up, and twice more if it had not.
_EVICT_AFTER_S: Final = (3.0, 15.0, 40.0)
_CONNECT_S: Final = 5.0


class Revocations:
    """Compares the revoked names with the published list; one thread, once a second."""

    def __init__(
        self, authority: Authority, ledger: EnrolmentDatabase, own: AuthoritySettings
    ) -> None:
        self._authority = authority
        self._ledger = ledger
        self._own = own
        self._known: frozenset[UnitId] | None = None
        self._evictions: list[tuple[Monotonic, UnitId]] = []

    def check(self, now: Monotonic, wall: Wall) -> None:
        """Publish if names have come or gone; disconnect one unit whose time has come, in 5 s at
        most.

        Raises SettingsError, OSError or sqlite3.Error; the next check tries again.
        """
        revoked = read_revoked(self._own.revoked)
        if revoked != self._known:
            # What was published before this process began was also disconnected by then.
            if self._publish(revoked, wall):
                new = revoked - (self._known or frozenset())
                more = [(Monotonic(now + s), u) for s in _EVICT_AFTER_S for u in new]
                self._evictions = sorted([*self._evictions, *more])
            self._known = revoked
        if self._evictions and self._evictions[0][0] <= now:
            _, unit = self._evictions.pop(0)  # one at a time: each may wait for the broker
            self._evict(unit, wall)

    def _publish(self, revoked: frozenset[UnitId], wall: Wall) -> bool:
        """Publish the list if it is another than before, and say so."""
        for unit in revoked:
            (self._own.public_folder / "units" / f"{unit}.crt").unlink(missing_ok=True)
        path = self._own.public_folder / PUBLISHED_LIST
        serials = {serial for unit in revoked for serial in self._ledger.serials(unit)}
        before = _serials(path)
        if serials == before and _is_strict(path):
            return False
        write_whole(path, self._authority.revocations(serials, wall), 0o644)
        log.info("%d certificates are revoked", len(serials))
        return serials != before

    def _evict(self, unit: UnitId, wall: Wall) -> None:
        heard: SimpleQueue[Any] = SimpleQueue()
        with tempfile.TemporaryDirectory(dir=self._own.folder) as folder:
            broker = self._as(unit, Path(folder), wall)
            link = ThreadedLink("eviction", broker, unit, [], heard.put)
            link.start()
            came = _comes(heard.get, LinkUp)
            link.stop()
        done = "disconnected" if came else "could not be disconnected"
        log.info("revoked unit %s: %s", unit, done)

    def _as(self, unit: UnitId, folder: Path, wall: Wall) -> Broker:
        key, cert, new = folder / "key", folder / "cert", new_key()
        write_whole(key, key_as_pem(new))
        write_whole(cert, self._authority.sign_client(unit, request_for(new), wall))
        url = f"mqtts://127.0.0.1:{self._own.broker_port}"
        ca = self._own.folder / AUTHORITY_CERTIFICATE
        return Broker(url=url, ca=ca, cert=cert, key=key)


def _comes(get: Callable[..., Any], kind: type) -> bool:
    try:
        while not isinstance(get(timeout=_CONNECT_S), kind):
            pass
    except Empty:
        return False
    return True


def _serials(path: Path) -> set[int] | None:
    try:
        return {each.serial_number for each in x509.load_pem_x509_crl(path.read_bytes())}
    except (OSError, ValueError):
        return None


def _is_strict(path: Path) -> bool:
    """Whether the list bears what RFC 5280 asks for; the lists of early schools did not."""
    found = {each.oid for each in x509.load_pem_x509_crl(path.read_bytes()).extensions}
    return found >= {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER}
