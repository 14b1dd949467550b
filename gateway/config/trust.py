"""The tables of gateway.toml about identities; `tocsin-gateway init` writes them."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from service.setting_types import Port
from service.settings import AnyPath, ExistingFile, Settings
from service.urls import must_be_host


def _must_be_host(host: str) -> str:
    must_be_host(host)
    return host


Host = Annotated[str, Field(min_length=1, max_length=253), AfterValidator(_must_be_host)]


class TrustSettings(Settings):
    """The files by which the gateway knows its units."""

    unit_certificates: AnyPath
    """Folder with the certificate of each unit, `<unit>.crt`; their signatures are genuine."""
    revoked: ExistingFile | None = None
    """File of the revoked units, a name on each line."""
    forgery_probe: AnyPath | None = None
    """Folder of the two identities by which the gateway proves every 10 s that its broker is
    closed to forgery.
    """


class AuthoritySettings(Settings):
    """The school's own authority and broker, as `tocsin-gateway init` made them."""

    folder: AnyPath
    """Folder of the authority's own key."""
    broker: AnyPath
    """Folder of the files that the broker runs on."""
    public_folder: AnyPath
    """Folder of what the authority signed for the other processes to take."""
    revoked: ExistingFile
    """File of the revoked units, a name on each line."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, max_length=16)]
    """Names and addresses under which units reach this machine, the best first."""
    port: Port = 8443
    """Where units join and renew their certificates."""
    broker_port: Port = 8883
    """Where units reach the broker."""

    @property
    def listeners(self) -> Path:
        """File of those who may listen (listeners.py)."""
        return self.revoked.with_name("listeners")

    @property
    def renewal(self) -> str:
        """Where processes on this machine renew."""
        return f"https://127.0.0.1:{self.port}"
