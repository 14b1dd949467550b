"""What an endpoint is spoken to with: whom to trust, who we are, and the secrets that sign.

Files are renewed while a gateway runs.  They are read at the start and then only by `look`, in the
thread of upkeep, so that no disk can hold a report up; the next connection, and the next
signature, are made with what was read last.
"""

import logging
import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from standardwebhooks.webhooks import Webhook

from gateway.work import Condition
from service.secrets import fault_of_secrets, read_secrets
from service.tls import client_tls
from wire.clean import clean
from wire.ids import EndpointName

log = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class Papers:
    """The files of one endpoint: `ca` None trusts the public authorities, `cert` and `key` go
    together and are shown to an endpoint that asks, `secrets` None leaves reports unsigned.

    Raises OSError or ValueError if what is there at the start cannot be used.
    """

    def __init__(
        self,
        endpoint: EndpointName,
        ca: Path | None = None,
        cert: Path | None = None,
        key: Path | None = None,
        secrets: Path | None = None,
    ) -> None:
        self._name = f"papers-{endpoint}"
        self._ca, self._cert, self._key, self._secrets = ca, cert, key, secrets
        self._files = [file for file in (ca, cert, key, secrets) if file]
        self._stamp = self._now()
        self._read()

    @property
    def tls(self) -> ssl.SSLContext:
        """What a new connection is made with."""
        return self._tls

    def sign(self, name: str, at: datetime, body: str) -> str:
        """Return a signature by each secret, separated by spaces; empty without a secret."""
        return " ".join([each.sign(name, at, body) for each in self._webhooks])

    def look(self) -> Condition:
        """Take up files that have changed; what cannot be used leaves all as it was."""
        try:
            stamp = self._now()
            if stamp != self._stamp:
                self._read()
                self._stamp = stamp
                log.info("%s: taken up anew", self._name)
        except (OSError, ValueError) as error:
            words = f"its new files cannot be used, the old ones still are: {clean(str(error))}"
            return Condition(self._name, words)
        return Condition(self._name, None)

    def _read(self) -> None:
        tls, webhooks = client_tls(self._ca, self._cert, self._key), self._read_webhooks()
        self._tls, self._webhooks = tls, webhooks

    def _read_webhooks(self) -> Sequence[Webhook]:
        if self._secrets is None:
            return ()
        if fault := fault_of_secrets(self._secrets):
            raise ValueError(fault)
        return [Webhook(each) for each in read_secrets(self._secrets)]

    def _now(self) -> _Stamp:
        found = [file.stat() for file in self._files]
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)
