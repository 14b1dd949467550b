"""The settings of one connection to an MQTT broker, shared by units and gateway."""

from urllib.parse import urlsplit

from pydantic import field_validator, model_validator

from service.keypair import must_be_pair, must_hold_certificates
from service.settings import ExistingFile, Settings
from service.urls import is_loopback, read_url

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class Broker(Settings):
    """A connection to an MQTT broker; `mqtts://` needs `ca`, `cert` and `key`."""

    url: str
    """`mqtts://host:port`; plain `mqtt://` is for a loopback address alone."""
    ca: ExistingFile | None = None
    """PEM file of the authority to trust."""
    cert: ExistingFile | None = None
    """PEM file of the certificate that is shown to the other side."""
    key: ExistingFile | None = None
    """PEM file of the certificate's private key; mode 0600."""

    @field_validator("url")
    @classmethod
    def _url_is_usable(cls, url: str) -> str:
        parts = read_url(url, _PORTS, "mqtts://host:port")
        if parts.username or parts.path.strip("/") or parts.query:
            raise ValueError("only scheme, host and port belong here; identities are certificates")
        if parts.scheme == "mqtt" and not is_loopback(parts.hostname or ""):
            raise ValueError("mqtt:// without TLS is for a loopback address only; use mqtts://")
        return url

    @model_validator(mode="after")
    def _tls_is_whole(self) -> "Broker":
        lacking = [name for name in ("ca", "cert", "key") if getattr(self, name) is None]
        if self.secure and lacking:
            raise ValueError(f"mqtts:// also needs {', '.join(lacking)}")
        must_be_pair(self.cert, self.key)
        if self.ca:
            must_hold_certificates(self.ca)
        return self

    @property
    def secure(self) -> bool:
        """True if the link is TLS with certificates on both sides."""
        return urlsplit(self.url).scheme == "mqtts"

    @property
    def host(self) -> str:
        """Name or address of the broker."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """TCP port of the broker."""
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]
