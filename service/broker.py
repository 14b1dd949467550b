"""The settings of one way to an MQTT broker, shared by units and gateway."""

import ipaddress
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator

from service.settings import ExistingFile, Settings

_PORTS = {"mqtt": 1883, "mqtts": 8883}


def is_loopback(host: str) -> bool:
    """True for an address, or the name `localhost`, that never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Broker(Settings):
    """`url` is `mqtts://host:port`; plain `mqtt://` is taken for a loopback address alone.

    `ca` is whom to trust, `cert` and `key` who we are: PEM files, all three needed for `mqtts://`.
    """

    url: str
    ca: ExistingFile | None = None
    cert: ExistingFile | None = None
    key: ExistingFile | None = None

    @field_validator("url")
    @classmethod
    def _url_is_usable(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.port == 0:
            raise ValueError("give it as mqtts://host:port")
        if parts.username or parts.path.strip("/") or parts.query:
            raise ValueError("only scheme, host and port belong here; identities are certificates")
        if parts.scheme == "mqtt" and not is_loopback(parts.hostname):
            raise ValueError("without TLS only a loopback address is taken; use mqtts://")
        return url

    @model_validator(mode="after")
    def _tls_is_whole(self) -> "Broker":
        lacking = [name for name in ("ca", "cert", "key") if getattr(self, name) is None]
        if self.secure and lacking:
            raise ValueError(f"mqtts:// also needs {', '.join(lacking)}")
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
