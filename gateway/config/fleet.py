"""What those who look at the whole school read of gateway.toml: no key, and no secret."""

from typing import Any

from pydantic import ConfigDict

from gateway.config.settings import CameraSettings, FramesSettings, StoreSettings
from gateway.config.site import SiteSettings
from gateway.config.status import names_of
from gateway.config.trust import TrustSettings
from service.settings import Settings
from wire.ids import EndpointName


class FleetSettings(Settings):
    """Where the gateway tells of its units, its troubles and its receivers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: SiteSettings
    store: StoreSettings
    frames: FramesSettings
    trust: TrustSettings | None = None
    endpoint: Any = ()
    camera: tuple[CameraSettings, ...] = ()

    @property
    def endpoint_names(self) -> list[EndpointName]:
        """The endpoints that should have every incident."""
        return names_of(self.endpoint)
