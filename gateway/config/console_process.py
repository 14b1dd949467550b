"""What the console reads of gateway.toml: no key but its own, and no secret of others."""

from pathlib import Path

from pydantic import ConfigDict

from gateway.config.fleet import FleetSettings
from gateway.config.settings import (
    AccountsSettings,
    ConsoleSettings,
    PicturesSettings,
    StoreSettings,
)
from gateway.config.trust import AuthoritySettings
from service.settings import AnyPath, ExistingFile, Settings


class TrustedSettings(Settings):
    """What the console must know of `[mqtt]`: who signs the school's certificates."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    ca: ExistingFile | None = None


class NoticesOfConsole(Settings):
    """What the console must know of `[notices]`: where it is written what was told to whom."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    path: AnyPath


class ConsoleProcessSettings(FleetSettings):
    """What the console must know of gateway.toml."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    mqtt: TrustedSettings
    pictures: PicturesSettings = PicturesSettings()
    accounts: AccountsSettings | None = None
    console: ConsoleSettings | None = None
    notices: NoticesOfConsole | None = None
    authority: AuthoritySettings | None = None


def folder_of_actions(accounts: AccountsSettings | None, store: StoreSettings) -> Path:
    """Return where the console leaves what people do: beside the accounts, which are its own."""
    return (accounts or store).path.with_name("actions")
