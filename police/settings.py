"""police.toml: what one receiver must know.  Every table and every default stands here."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from service.broker import is_loopback
from service.secrets import fault_of_secrets, read_secrets
from service.settings import AnyPath, ExistingFile, Settings
from wire.ids import NAME

_SOURCE = r"https?://[A-Za-z0-9.*:\[\]-]+"


class Listen(Settings):
    """Where reports come in and the page is shown; TLS needs `cert` and `key`, both PEM files."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8710
    cert: ExistingFile | None = None
    key: ExistingFile | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> "Listen":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        if not self.cert and not is_loopback(self.host):
            raise ValueError("without cert and key only a loopback address is listened on")
        return self


class Store(Settings):
    """Where reports are kept."""

    path: AnyPath


class Page(Settings):
    """Who may see the page.  `frame_ancestors` is what CSP says on who may embed it."""

    frame_ancestors: Annotated[
        str, Field(pattern=rf"^('none'|'self'|{_SOURCE})( ('self'|{_SOURCE}))*$", max_length=500)
    ] = "'none'"
    user: Annotated[str, Field(pattern=r"^[^:]*$", max_length=64)] = ""
    password_file: ExistingFile | None = None

    @model_validator(mode="after")
    def _login_is_whole(self) -> "Page":
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")
        if self.password_file and len(read_password(self.password_file)) < 12:
            raise ValueError("password_file must hold at least 12 characters")
        return self


class Sender(Settings):
    """A school whose reports are taken.

    `secret_file` holds a Standard Webhooks secret (`whsec_…`) on each line: one, or two while an
    old one is being replaced.
    """

    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    secret_file: ExistingFile

    @field_validator("secret_file")
    @classmethod
    def _holds_secrets(cls, path: Path) -> Path:
        if fault := fault_of_secrets(path):
            raise ValueError(fault)
        return path


class PoliceSettings(Settings):
    """The whole of police.toml."""

    listen: Listen = Listen()
    store: Store
    page: Page = Page()
    sender: Annotated[tuple[Sender, ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _senders_can_be_told_apart(self) -> "PoliceSettings":
        names = [sender.name for sender in self.sender]
        if len(set(names)) < len(names):
            raise ValueError("two senders have one name")
        secrets = [secret for sender in self.sender for secret in read_secrets(sender.secret_file)]
        if len(set(secrets)) < len(secrets):
            raise ValueError("two senders have one secret; give each its own")
        return self

    @model_validator(mode="after")
    def _page_is_guarded(self) -> "PoliceSettings":
        if not is_loopback(self.listen.host) and not self.page.user:
            raise ValueError("off loopback [page] needs user and password_file")
        return self


def read_password(path: Path) -> str:
    """Return the password in the file at `path`: its first line."""
    return path.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
