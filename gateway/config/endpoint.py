"""The settings that all kinds of receivers have in common."""

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from service.setting_types import Name, OptionalUrl, SafeUrl
from service.settings import AnyPath, Settings, matching
from service.urls import is_loopback

_LABEL: Final = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
Domain = Annotated[
    str,
    Field(max_length=253),
    matching(rf"{_LABEL}(\.{_LABEL})*", "give a domain name in small letters: psap.example"),
]


class Endpoint(Settings):
    """What every kind has.

    What its files hold is no fault of the settings: one that is bad stops this receiver alone
    (receivers/reloading.py), and `check` names it (credential_faults.py).
    """

    name: Name
    """Short name of the receiver; it stands in troubles and logs."""
    ca: AnyPath | None = None
    """PEM file of the authority to trust, if the receiver's certificate is not public."""
    cert: AnyPath | None = None
    """PEM file of our certificate, for a receiver that asks for one."""
    key: AnyPath | None = None
    """PEM file of its private key; mode 0600."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses that reports go to, in the order in which they are tried."""
        return ()

    @property
    def answers_from(self) -> tuple[str, ...]:
        """The addresses that are asked what its people answer."""
        return ()

    @property
    def frames_to(self) -> tuple[str, ...]:
        """The addresses that live frames go to, of what its people look at."""
        return ()

    @property
    def secrets(self) -> Path | None:
        """The file of the secrets that sign, if there is one."""
        return None

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> "Endpoint":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        return self


class HttpEndpoint(Endpoint):
    """A receiver that reports are posted to."""

    url: SafeUrl
    """Where reports are posted; `https://` off loopback."""
    backup_url: OptionalUrl = ""
    """Second address, tried when the first has given no receipt for 2 s."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The first address, and the backup if there is one."""
        return (self.url, self.backup_url) if self.backup_url else (self.url,)

    @property
    def is_far(self) -> bool:
        """True if a report leaves this machine."""
        return not all(is_loopback(urlsplit(url).hostname or "") for url in self.urls)
