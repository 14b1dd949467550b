"""What the console reads of gateway.toml: no key but its own, and no secret of others."""

from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from gateway.config.settings import (
    AccountsSettings,
    CameraSettings,
    ConsoleSettings,
    FramesSettings,
    PicturesSettings,
    StoreSettings,
)
from gateway.config.site import SiteSettings
from gateway.config.status import names_of
from gateway.config.trust import AuthoritySettings, TrustSettings
from service.settings import AnyPath, ExistingFile, Settings
from wire.ids import EndpointName


class TrustedSettings(Settings):
    """What the console must know of `[mqtt]`: who signs the school's certificates."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    ca: ExistingFile | None = None


class NoticesOfConsole(Settings):
    """What the console must know of `[notices]`: where it is written what was told to whom."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    path: AnyPath


class ConsoleProcessSettings(Settings):
    """What the console must know of gateway.toml."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: SiteSettings
    mqtt: TrustedSettings
    store: StoreSettings
    frames: FramesSettings
    pictures: PicturesSettings = PicturesSettings()
    accounts: AccountsSettings | None = None
    console: ConsoleSettings | None = None
    notices: NoticesOfConsole | None = None
    trust: TrustSettings | None = None
    authority: AuthoritySettings | None = None
    endpoint: Any = ()
    camera: tuple[CameraSettings, ...] = ()

    @property
    def endpoint_names(self) -> list[EndpointName]:
        """The endpoints that should have every incident."""
        return names_of(self.endpoint)


def folder_of_actions(accounts: AccountsSettings | None, store: StoreSettings) -> Path:
    """Return where the console leaves what people do: beside the accounts, which are its own."""
    return (accounts or store).path.with_name("actions")
