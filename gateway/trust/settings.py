"""The tables of gateway.toml that say who is who; `tocsin-gateway init` writes them."""

from typing import Annotated

from pydantic import Field

from service.settings import AnyPath, ExistingFile, Settings

Host = Annotated[str, Field(min_length=1, max_length=253)]


class Trust(Settings):
    """Who may speak: `units` is the folder of the units' certificates, `<unit>.crt` each.

    `revoked` is the file of units that may no longer speak; `canaries` is the folder of the two
    identities by which the gateway proves that its broker is closed to forgery.
    """

    units: AnyPath
    revoked: ExistingFile | None = None
    canaries: AnyPath | None = None


class AuthoritySettings(Settings):
    """The school's own authority and broker, as `tocsin-gateway init` made them.

    `folder` is where the authority's key lies, `broker` that of what the broker runs on,
    `published` that of what the authority signed for the other processes to take.  `hosts` are the
    names and addresses under which units reach this machine, the best first; `port` is where they
    join and renew.
    """

    folder: AnyPath
    broker: AnyPath
    published: AnyPath
    revoked: ExistingFile
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, max_length=16)]
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    broker_port: Annotated[int, Field(ge=1, le=65535)] = 8883

    @property
    def renewal(self) -> str:
        """Where processes on this machine renew."""
        return f"https://127.0.0.1:{self.port}"
