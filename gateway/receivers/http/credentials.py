"""The credentials for one endpoint: the trusted authority, our certificate, the signing secrets.

The next connection, and the next signature, are made with what `check` has read last.
"""

import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from standardwebhooks.webhooks import Webhook

from gateway.core.events import HealthStatus
from gateway.receivers.reloading import FileReloader
from service.keypair import must_be_pair, must_hold_certificates
from service.secrets import fault_of_secrets, read_secrets
from service.tls import client_tls
from wire.ids import EndpointName


class Credentials:
    """The files of one endpoint: `ca` None trusts the public authorities, `cert` and `key` go
    together and are shown to an endpoint that asks, `secrets` None leaves reports unsigned.

    While no files could be used since the start, nothing is signed: CredentialsError is raised.
    """

    def __init__(
        self,
        endpoint: EndpointName,
        ca: Path | None = None,
        cert: Path | None = None,
        key: Path | None = None,
        secrets: Path | None = None,
    ) -> None:
        self._ca, self._cert, self._key, self._secrets = ca, cert, key, secrets
        files = [file for file in (ca, cert, key, secrets) if file]
        self._files = FileReloader(endpoint, files, self._read)

    @property
    def tls(self) -> ssl.SSLContext:
        """What a new connection is made with; raises CredentialsError."""
        self._files.must_be_usable()
        return self._tls

    def sign(self, name: str, at: datetime, body: str) -> str:
        """Return a signature by each secret, separated by spaces; empty without a secret.

        Raises CredentialsError.
        """
        self._files.must_be_usable()
        return " ".join([each.sign(name, at, body) for each in self._webhooks])

    def check(self) -> HealthStatus:
        """Take up files that have changed; what cannot be used leaves all as it was."""
        return self._files.check()

    def _read(self) -> None:
        must_be_pair(self._cert, self._key)
        if self._ca:
            must_hold_certificates(self._ca)
        tls, webhooks = client_tls(self._ca, self._cert, self._key), self._read_webhooks()
        self._tls, self._webhooks = tls, webhooks

    def _read_webhooks(self) -> Sequence[Webhook]:
        if self._secrets is None:
            return ()
        if fault := fault_of_secrets(self._secrets):
            raise ValueError(fault)
        return [Webhook(each) for each in read_secrets(self._secrets)]
