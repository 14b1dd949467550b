"""What `tocsin-gateway status` reads of gateway.toml."""

from typing import Any

from pydantic import ConfigDict

from gateway.config.settings import FramesSettings, StoreSettings
from service.settings import Settings
from wire.ids import EndpointName


class StatusSettings(Settings):
    """What `status` must know of gateway.toml, whatever is wrong with the rest."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    store: StoreSettings
    frames: FramesSettings
    endpoint: Any = ()

    @property
    def endpoint_names(self) -> list[EndpointName]:
        """The endpoints that have a name, in their order."""
        return names_of(self.endpoint)


def names_of(endpoints: object) -> list[EndpointName]:
    """Return the names of `[[endpoint]]`, of which nothing was judged."""
    found = endpoints if isinstance(endpoints, list) else []
    names = (each.get("name") for each in found if isinstance(each, dict))
    return [EndpointName(name) for name in names if isinstance(name, str)]
