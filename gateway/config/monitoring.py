"""`[metrics]` and `[home_assistant]` of gateway.toml: what other systems are shown."""

from pydantic import model_validator

from service.setting_types import Port
from service.settings import ExistingFile, Settings
from service.urls import is_loopback


class MetricsSettings(Settings):
    """Figures for Prometheus at `/metrics`, by the process `tocsin-gateway monitor`."""

    host: str = "127.0.0.1"
    """Address to listen on; one that is not loopback needs `cert`, `key` and `token_file`."""
    port: Port = 9712
    """TCP port to listen on."""
    cert: ExistingFile | None = None
    """PEM file of the server's certificate chain."""
    key: ExistingFile | None = None
    """PEM file of its private key; mode 0600."""
    token_file: ExistingFile | None = None
    """File of the word that a scraper must show (`Authorization: Bearer …`), 16 letters at least;
    mode 0600. Without one, every program on this machine may read the figures."""

    @model_validator(mode="after")
    def _is_safe(self) -> "MetricsSettings":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        if not is_loopback(self.host) and not (self.cert and self.token_file):
            raise ValueError("off loopback [metrics] needs cert, key and token_file")
        return self


class HomeAssistantSettings(Settings):
    """Shows Home Assistant by the broker how site and rooms stand; it commands nothing."""

    discovery: bool
    """Whether site and rooms are told as devices; a listener that hears `home` may read them."""
