"""gateway.toml: what one school's gateway must know.  Every table and every default stands here."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, model_validator

from gateway.endpoint import Name
from gateway.endpoints import AnyEndpoint
from gateway.trust.settings import AuthoritySettings, Trust
from service.broker import Broker, is_loopback
from service.settings import AnyPath, ExistingFile, Settings
from wire.ids import CAMERA, ROOM

CameraName = Annotated[str, Field(pattern=f"^{CAMERA.pattern}$")]
RoomName = Annotated[str, Field(pattern=f"^{ROOM.pattern}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]

_PICAMERA = re.compile(r"picamera2:\d")
_NETWORK = ("rtsp", "rtsps", "http", "https")


class Address(Settings):
    """A civic address, as it is written on an envelope."""

    street: Text
    city: Text
    state: Text = ""
    postcode: Text = ""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"


class Geo(Settings):
    """WGS 84 degrees of the site's main entrance."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class Site(Settings):
    """The school, and the register of its rooms."""

    id: Name
    name: Text
    rooms: ExistingFile
    address: Address | None = None
    geo: Geo | None = None
    phone: Annotated[str, Field(max_length=40)] = ""


class Store(Settings):
    """Where alerts are kept."""

    path: AnyPath


class Frames(Settings):
    """The memory folder in which the camera process leaves the newest frame of each camera."""

    folder: AnyPath


class Pictures(Settings):
    """Pictures of incidents, apart from the alerts: `path` is a database, beside the store's if
    not given.  `before_seconds` lets frames of so long before a press be held, in memory alone.
    """

    path: AnyPath | None = None
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    before_seconds: Annotated[float, Field(ge=0, le=30)] = 0.0


class People(Settings):
    """The accounts of the console, in a database of their own."""

    path: AnyPath


class Incidents(Settings):
    """Which alerts belong together: those that follow the last news of an open incident in time."""

    join_minutes: Annotated[int, Field(ge=1, le=1440)] = 120


class Standby(Settings):
    """This gateway reports what it has not heard the other one deliver within `after_seconds`.

    `primary` is the broker of the other gateway, which tells there what it has delivered, under
    the seal of the certificate in `sealed_by`; that goes with `mqtts://`.  `authority` is where our
    certificate is renewed there.
    """

    primary: Broker
    sealed_by: ExistingFile | None = None
    authority: Annotated[str, Field(pattern=r"^(https://[^/\s]+)?$")] = ""
    after_seconds: Annotated[float, Field(ge=0.5, le=60)] = 4.0

    @model_validator(mode="after")
    def _seals_are_judged(self) -> "Standby":
        if self.primary.secure and self.sealed_by is None:
            raise ValueError("mqtts:// also needs sealed_by, the other gateway's certificate")
        return self


class Console(Settings):
    """The school's own pages, and those that reports link to.

    `url` is their address as officers reach it; `link_hours` is how long a link is good
    after an incident's last news.  `plans` is a folder of floor plans, an SVG, PNG or JPEG for
    each floor, named as the register names it: `Main - 2.svg`, `2.svg`.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8712
    cert: ExistingFile | None = None
    key: ExistingFile | None = None
    url: Annotated[str, Field(max_length=200)] = ""
    link_hours: Annotated[float, Field(ge=0.1, le=168)] = 24.0
    plans: AnyPath | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> "Console":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        if not self.cert and not is_loopback(self.host):
            raise ValueError("off loopback [console] needs cert and key; officers' pages are TLS")
        parts = urlsplit(self.url)
        if self.url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("give url as https://host")
        if self.url and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("plain http:// is for a loopback address only; use https://")
        return self

    @property
    def address(self) -> str:
        """Where officers reach it."""
        scheme = "https" if self.cert else "http"
        return self.url.rstrip("/") or f"{scheme}://{self.host}:{self.port}"


class Camera(Settings):
    """A camera and the rooms it sees.

    `source` is `rtsp(s)://…`, `http(s)://…` of snapshots or of a stream of JPEGs, `picamera2:N`, or
    `test:`.  `user` and `password_file` answer a Basic or Digest login; `ca` is whom to trust if
    the camera's certificate is not public.  `allow_local` lets it be at an address of this
    machine, or at a link-local one.
    """

    id: CameraName
    rooms: tuple[RoomName, ...] = ()
    source: str
    ca: ExistingFile | None = None
    user: Annotated[str, Field(max_length=64)] = ""
    password_file: ExistingFile | None = None
    allow_local: bool = False

    @model_validator(mode="after")
    def _is_usable(self) -> "Camera":
        parts = urlsplit(self.source)
        known = parts.scheme in _NETWORK and parts.hostname
        if not (known or self.source == "test:" or _PICAMERA.fullmatch(self.source)):
            raise ValueError(
                "source is one of rtsp(s)://host/path, http(s)://host/path, picamera2:0, test:"
            )
        if parts.username or parts.password:
            raise ValueError("source must not hold a login; use user and password_file")
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")
        return self


class IdentitySettings(Settings):
    """What broker and authority must know of gateway.toml; the rest is not theirs to read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: Site
    mqtt: Broker
    authority: AuthoritySettings
    people: People | None = None


class GatewaySettings(Settings):
    """The whole of gateway.toml."""

    site: Site
    mqtt: Broker
    store: Store
    frames: Frames
    pictures: Pictures = Pictures()
    incidents: Incidents = Incidents()
    standby: Standby | None = None
    people: People | None = None
    console: Console | None = None
    trust: Trust | None = None
    authority: AuthoritySettings | None = None
    endpoint: Annotated[tuple[AnyEndpoint, ...], Field(min_length=1)]
    camera: tuple[Camera, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> "GatewaySettings":
        for what, names in (
            ("endpoint", [e.name for e in self.endpoint]),
            ("camera", [c.id for c in self.camera]),
        ):
            if twice := _twice(names):
                raise ValueError(f"{what} {twice} stands there twice")
        return self

    @property
    def album(self) -> Path:
        """Where pictures of incidents are kept."""
        return self.pictures.path or self.store.path.with_name("pictures.db")


def _twice(names: Sequence[str]) -> str | None:
    return next((name for at, name in enumerate(names) if name in names[:at]), None)
