"""police.toml: what one receiver must know.  Every table and every default stands here."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from police.roles import Role
from service.keypair import must_be_pair
from service.secrets import fault_of_secrets, read_password, read_secrets, unreadable
from service.setting_types import Name, Port, SiteName
from service.settings import AnyPath, ExistingFile, Settings, matching
from service.urls import is_loopback, must_be_host

_SHORTEST_PASSWORD = 12
_SOURCE = r"https?://[A-Za-z0-9.*:\[\]-]+"
_ANCESTORS = matching(
    rf"('none'|'self'|{_SOURCE})( ('self'|{_SOURCE}))*", "give 'none', 'self' or https://host"
)


class ListenSettings(Settings):
    """Where reports come in and the page is shown."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address to listen on; one that is not loopback needs `cert` and `key`."""
    port: Port = 8710
    """TCP port to listen on."""
    cert: ExistingFile | None = None
    """PEM file of the server's certificate chain."""
    key: ExistingFile | None = None
    """PEM file of its private key."""

    @model_validator(mode="after")
    def _is_safe(self) -> "ListenSettings":
        must_be_pair(self.cert, self.key)
        if not self.cert and not is_loopback(self.host):
            raise ValueError("without cert and key only a loopback address is listened on")
        return self

    @field_validator("host")
    @classmethod
    def _can_be_looked_up(cls, host: str) -> str:
        must_be_host(host)
        try:
            socket.getaddrinfo(host, None)
        except OSError as error:
            raise ValueError(f"this machine cannot look it up: {error.strerror}") from error
        return host

    @property
    def url(self) -> str:
        """The address to open: this machine's name where every address is listened on."""
        host = socket.gethostname() if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        shown = f"[{host}]" if ":" in host else host
        return f"http{'s' if self.cert else ''}://{shown}:{self.port}"


class StoreSettings(Settings):
    """Where reports are kept."""

    path: AnyPath
    """SQLite database of the reports, as they came."""
    retention_days: Annotated[int, Field(ge=1, le=36500)] = 1095
    """Days after which closed incidents are deleted."""
    picture_days: Annotated[int, Field(ge=1, le=36500)] = 30
    """Days after which the pictures of closed incidents are deleted."""

    @field_validator("path")
    @classmethod
    def _is_no_folder(cls, path: Path) -> Path:
        if path.is_dir():
            raise ValueError(f"{path} is a folder; give the name of a file in it")
        return path


class PageSettings(Settings):
    """Who may see the page."""

    frame_ancestors: Annotated[str, Field(max_length=500), _ANCESTORS] = "'none'"
    """Who may embed it: `'none'`, `'self'` or `https://host`, as in CSP."""
    user: Annotated[str, Field(max_length=64), matching("[^:]*", "leave the : out")] = ""
    """Name of the login that all shared before there were accounts; it becomes an account."""
    password_file: ExistingFile | None = None
    """File of its password, at least 12 characters on the first line."""

    @model_validator(mode="after")
    def _login_is_whole(self) -> "PageSettings":
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")
        return self

    @field_validator("password_file")
    @classmethod
    def _holds_a_password(cls, path: Path) -> Path:
        try:
            password = read_password(path)
        except OSError as error:
            raise ValueError(unreadable(path, error)) from error
        if len(password) < _SHORTEST_PASSWORD:
            words = f"must hold at least {_SHORTEST_PASSWORD} characters in its first line"
            raise ValueError(f"{path} {words}")
        return path


class AccountsSettings(Settings):
    """The accounts of the people who see the page, made by `tocsin-police account`."""

    path: AnyPath | None = None
    """SQLite database of accounts, password hashes, sessions and refusals; `accounts.db` beside the
    store's if not given.
    """
    second_factor: tuple[Role, ...] = ()
    """Roles that need a second factor: a code of an app, or a passkey, beside the password."""
    passkeys_at: SiteName = ""
    """DNS name of these pages, at which people may set up passkeys as a second factor; it needs
    `https` that browsers trust, and the extra `passkeys`. Empty: passkeys are not offered."""


class SenderSettings(Settings):
    """A school whose reports are taken."""

    name: Name
    """Short name of the school."""
    secret_file: ExistingFile
    """File of its secret (`whsec_…`); while that is replaced two, one on each line."""

    @field_validator("secret_file")
    @classmethod
    def _holds_secrets(cls, path: Path) -> Path:
        if fault := fault_of_secrets(path):
            raise ValueError(fault)
        return path


class PoliceSettings(Settings):
    """The whole of police.toml."""

    listen: ListenSettings = ListenSettings()
    store: StoreSettings
    page: PageSettings = PageSettings()
    accounts: AccountsSettings = AccountsSettings()
    sender: Annotated[tuple[SenderSettings, ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _senders_can_be_told_apart(self) -> "PoliceSettings":
        names: set[str] = set()
        owners: dict[str, str] = {}
        for sender in self.sender:
            if sender.name in names:
                raise ValueError(f"sender {sender.name} stands there twice")
            names.add(sender.name)
            for secret in read_secrets(sender.secret_file):
                other = owners.setdefault(secret, sender.name)
                if other != sender.name:
                    both = f"senders {other} and {sender.name}"
                    raise ValueError(f"{both} have one secret; give each its own")
        return self


def warnings_of(settings: PoliceSettings) -> Iterator[str]:
    """Yield a warning for each thing that works and should not stay so."""
    yield from readable_by_others(settings)
    if settings.page.user:
        yield (
            "page.user is one account that all share: give each person one of their own, remove it,"
            " and delete user and password_file: tocsin-police account NAME --config police.toml"
        )


def readable_by_others(settings: PoliceSettings) -> Iterator[str]:
    """Yield a warning for each secret file that others than its owner can read."""
    secret_files = [sender.secret_file for sender in settings.sender]
    for path in (settings.listen.key, settings.page.password_file, *secret_files):
        if path and path.stat().st_mode & 0o077:
            yield f"{path} can be read by others on this machine: chmod 600 {path}"
