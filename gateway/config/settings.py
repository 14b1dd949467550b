"""gateway.toml: what one school's gateway must know.  Every table and every default stands here."""

import re
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from gateway.config.endpoints import AnyEndpoint
from gateway.config.frame_names import LEASES, PICTURES, TOLD
from gateway.config.monitoring import HomeAssistantSettings, MetricsSettings
from gateway.config.notices import NoticesSettings
from gateway.config.roles import Role
from gateway.config.site import SiteSettings
from gateway.config.standby import StandbySettings
from gateway.config.trust import AuthoritySettings, TrustSettings
from service.broker import Broker
from service.setting_types import CameraName, OptionalUrl, Port, RoomName, SiteName
from service.settings import AnyPath, ExistingFile, Settings
from service.urls import is_loopback, read_url

USUAL_CONFIG = "/etc/tocsin/gateway.toml"
"""Where `tocsin-gateway init` puts the settings; advice names them so until it is shown."""

_PICAMERA = re.compile(r"picamera2:\d")
_SOURCES = "rtsp(s)://host/path, http(s)://host/path, picamera2:0 or test:"
_NETWORK = ("rtsp", "rtsps", "http", "https")


def _must_be_source(source: str) -> str:
    if source == "test:" or _PICAMERA.fullmatch(source):
        return source
    parts = read_url(source, _NETWORK, _SOURCES)
    if parts.username or parts.password:
        raise ValueError("source must not hold a login; use user and password_file")
    return source


Source = Annotated[str, AfterValidator(_must_be_source)]


def _is_network(text: str) -> str:
    return str(ip_network(text))


Network = Annotated[str, AfterValidator(_is_network)]


class StoreSettings(Settings):
    """Where alerts are kept."""

    path: AnyPath
    """SQLite database of every alert, synced before a unit hears RECEIVED."""
    retention_days: Annotated[int, Field(ge=31, le=36500)] = 1095
    """Days after which closed incidents, with what receivers acknowledged, and troubles that ended
    are deleted."""

    @property
    def evidence(self) -> Path:
        """Where the documents that endpoints acknowledged are kept."""
        return self.path.with_name("evidence.db")


class FramesSettings(Settings):
    """The memory folder in which the camera process leaves the newest frame of each camera."""

    directory: AnyPath
    """Where the frames are; it should be in memory (under /run)."""

    @property
    def pictures(self) -> Path:
        """The folder in which the camera process alone writes."""
        return self.directory / PICTURES

    @property
    def told(self) -> Path:
        """The folder in which the gateway alone says how it is."""
        return self.directory / TOLD

    @property
    def leases(self) -> Path:
        """The folder of those who need cameras."""
        return self.directory / LEASES


class PicturesSettings(Settings):
    """Pictures of incidents, kept apart from the alerts."""

    path: AnyPath | None = None
    """SQLite database of the pictures; `pictures.db` beside the store's if not given."""
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days after which pictures are deleted, and kept documents that hold pictures with them."""
    pre_event_seconds: Annotated[float, Field(ge=0, le=30)] = 0.0
    """Seconds before a press of which frames are held, in memory alone; 0: none."""

    def album(self, store: Path) -> Path:
        """Return where they are kept, with the store at `store`."""
        return self.path or store.with_name("pictures.db")


class AccountsSettings(Settings):
    """The accounts of the console."""

    path: AnyPath
    """SQLite database of accounts, their password hashes and their sessions."""
    second_factor: tuple[Role, ...] = ()
    """Roles that need a second factor: a code of an app, or a passkey, beside the password."""
    passkeys_at: SiteName = ""
    """DNS name of these pages, at which people may set up passkeys as a second factor; it needs
    `https` that browsers trust, and the extra `passkeys`. Empty: passkeys are not offered."""


class IncidentsSettings(Settings):
    """Which alerts belong together."""

    merge_minutes: Annotated[int, Field(ge=1, le=1440)] = 120
    """An alert this soon after the last event of an open incident belongs to it."""


class ConsoleSettings(Settings):
    """The school's own pages, and those that reports link to."""

    host: str = "127.0.0.1"
    """Address to listen on; one that is not loopback needs `cert` and `key`."""
    port: Port = 8712
    """TCP port to listen on."""
    cert: ExistingFile | None = None
    """PEM file of the server's certificate chain."""
    key: ExistingFile | None = None
    """PEM file of its private key."""
    url: Annotated[OptionalUrl, Field(max_length=200)] = ""
    """Address of the pages as officers reach it; made of host and port if empty."""
    live_link_hours: Annotated[float, Field(ge=0.1, le=168)] = 24.0
    """Hours for which a live link is good after an incident's last event."""
    plans: AnyPath | None = None
    """Folder of floor plans, an SVG, PNG or JPEG each, named as the register names the floor:
    `Main - 2.svg`, `2.svg`.
    """
    trusted_proxies: tuple[Network, ...] = ()
    """Addresses or networks of proxies, also of one on this machine, that are believed when they
    tell by `X-Forwarded-For` who asks; each must write that header itself.
    """

    @model_validator(mode="after")
    def _is_safe(self) -> "ConsoleSettings":
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together")
        if not self.cert and not is_loopback(self.host):
            raise ValueError("off loopback [console] needs cert and key; officers' pages are TLS")
        return self

    @property
    def address(self) -> str:
        """Where officers reach it."""
        scheme = "https" if self.cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url.rstrip("/") or f"{scheme}://{host}:{self.port}"


class CameraSettings(Settings):
    """A camera and the rooms it sees."""

    id: CameraName
    """Name of the camera, as in rooms.csv."""
    rooms: tuple[RoomName, ...] = ()
    """Rooms that it sees; rooms.csv may name some, too."""
    source: Source
    """`rtsp(s)://…`, `http(s)://…` (snapshots or a stream of JPEGs), `picamera2:N`, or `test:`."""
    ca: AnyPath | None = None
    """PEM file of the authority to trust, if the camera's certificate is not public."""
    user: Annotated[str, Field(max_length=64)] = ""
    """Name for a Basic or Digest login."""
    password_file: AnyPath | None = None
    """File of the password; mode 0600."""
    allow_local: bool = False
    """Whether it may be at an address of this machine, or at a link-local one."""

    @model_validator(mode="after")
    def _is_usable(self) -> "CameraSettings":
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")
        return self

    @property
    def is_played(self) -> bool:
        """Whether it streams, so that a player of its own decodes it."""
        return self.source.partition(":")[0] in ("rtsp", "rtsps")


class CertificateSettings(Settings):
    """What broker and authority must know of `[mqtt]`; its key only the gateway may read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    ca: ExistingFile | None = None
    cert: ExistingFile | None = None


class IdentitySettings(Settings):
    """What broker and authority must know of gateway.toml; the rest is not theirs to read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: SiteSettings
    mqtt: CertificateSettings
    authority: AuthoritySettings
    store: StoreSettings
    accounts: AccountsSettings | None = None


class GatewaySettings(Settings):
    """The whole of gateway.toml."""

    site: SiteSettings
    mqtt: Broker
    store: StoreSettings
    frames: FramesSettings
    pictures: PicturesSettings = PicturesSettings()
    incidents: IncidentsSettings = IncidentsSettings()
    standby: StandbySettings | None = None
    accounts: AccountsSettings | None = None
    console: ConsoleSettings | None = None
    notices: NoticesSettings | None = None
    metrics: MetricsSettings | None = None
    home_assistant: HomeAssistantSettings | None = None
    trust: TrustSettings | None = None
    authority: AuthoritySettings | None = None
    endpoint: Annotated[tuple[AnyEndpoint, ...], Field(min_length=1)]
    camera: tuple[CameraSettings, ...] = ()

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
        return self.pictures.album(self.store.path)


def _twice(names: Sequence[str]) -> str | None:
    return next((name for at, name in enumerate(names) if name in names[:at]), None)
