"""What receivers of reports have in common, of whatever kind, in gateway.toml."""

import ssl
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from service.broker import is_loopback
from service.settings import ExistingFile, Settings
from wire.ids import NAME

Name = Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
_LABEL: Final = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
Domain = Annotated[str, Field(pattern=rf"^{_LABEL}(\.{_LABEL})*$", max_length=253)]


class Endpoint(Settings):
    """What every kind has.  `cert` and `key` say who we are, `ca` whom to trust."""

    name: Name
    ca: ExistingFile | None = None
    cert: ExistingFile | None = None
    key: ExistingFile | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses that reports go to, in the order in which they are tried."""
        return ()

    @property
    def secrets(self) -> Path | None:
        """The file of the secrets that sign, if there is one."""
        return None

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> "Endpoint":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        if self.cert:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
                    self.cert, self.key, password=""
                )
            except OSError as error:
                raise ValueError(f"{self.cert} and {self.key} cannot be used: {error}") from error
        return self


class HttpEndpoint(Endpoint):
    """A receiver that reports are posted to.

    `backup_url` is its second address, tried when the first has given no receipt for 2 s.
    """

    url: str
    backup_url: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """The first address, and the backup if there is one."""
        return (self.url, self.backup_url) if self.backup_url else (self.url,)

    @property
    def is_far(self) -> bool:
        """True if a report leaves this machine."""
        return not all(is_loopback(urlsplit(url).hostname or "") for url in self.urls)

    @model_validator(mode="after")
    def _is_safe(self) -> "HttpEndpoint":
        for url in self.urls:
            must_be_safe(url)
        return self


def must_be_safe(url: str) -> None:
    """Raise ValueError unless `url` is https, or http on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("give url as https://host/path")
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ValueError("plain http:// is for a loopback address only; use https://")
