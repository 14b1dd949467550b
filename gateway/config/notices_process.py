"""What the process that tells people reads of gateway.toml: no key and no secret of others."""

from pydantic import ConfigDict

from gateway.config.notices import NoticesSettings
from gateway.config.settings import ConsoleSettings, FramesSettings, StoreSettings
from gateway.config.site import SiteSettings
from service.settings import Settings


class NoticesProcessSettings(Settings):
    """What that process must know of gateway.toml."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: SiteSettings
    store: StoreSettings
    frames: FramesSettings
    notices: NoticesSettings | None = None
    console: ConsoleSettings | None = None
