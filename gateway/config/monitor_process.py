"""What the process that shows the gateway to other systems reads of gateway.toml."""

from pydantic import ConfigDict

from gateway.config.fleet import FleetSettings
from gateway.config.monitoring import MetricsSettings


class MonitorProcessSettings(FleetSettings):
    """What that process must know of gateway.toml."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    metrics: MetricsSettings | None = None
