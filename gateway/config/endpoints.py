"""The settings of receivers in gateway.toml: a class for each kind, told apart by `kind`."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from gateway.config.endpoint import Domain, Endpoint, HttpEndpoint
from service.setting_faults import KIND
from service.setting_types import OptionalUrl
from service.settings import AnyPath, Settings, matching
from service.urls import is_loopback, read_url

_USUAL_KIND: Final = "webhook"
_NO_BLANKS: Final = matching(r"[^\s,\"<&]+", "give it without blanks, commas, <, & and quotes")
_LANGUAGE: Final = matching("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "give a language: en-US")


def _must_be_listener(url: str) -> str:
    form = "wss://address:port/path"
    if read_url(url, ("wss",), form).port is None:
        raise ValueError(f"give it as {form}")
    return url


def _must_be_centre(url: str) -> str:
    form = "tcp://host:port or udp://host:port"
    parts = read_url(url, ("tcp", "udp"), form)
    if parts.port is None or parts.username or parts.path:
        raise ValueError(f"give it as {form}")
    return url


def _may_be_centre(url: str) -> str:
    return _must_be_centre(url) if url else url


class Webhook(HttpEndpoint):
    """Takes the report itself, signed by Standard Webhooks."""

    kind: Literal["webhook"] = "webhook"
    secret_file: AnyPath | Literal[""] = ""
    """File of the secret (`whsec_…`); while that is replaced two, one on each line."""
    receipt: Literal["echo", "status"] = "echo"
    """What counts as delivered: an answer that names the alerts, or any 2xx."""
    acknowledgements_url: OptionalUrl = ""
    """Where we ask, signed by the same secret, for what its people answer; empty: nowhere."""
    frames_url: OptionalUrl = ""
    """Where we ask which cameras its people look at, and send live frames of those while an
    incident is open; empty: nowhere.
    """

    @property
    def secrets(self) -> Path | None:
        """The file of the secrets that sign, if there is one."""
        return self.secret_file or None

    @property
    def answers_from(self) -> tuple[str, ...]:
        """Where we ask what its people answer, if anywhere."""
        return (self.acknowledgements_url,) if self.acknowledgements_url else ()

    @property
    def frames_to(self) -> tuple[str, ...]:
        """Where live frames go, if anywhere."""
        return (self.frames_url,) if self.frames_url else ()

    @model_validator(mode="after")
    def _is_signed(self) -> "Webhook":
        signs = self.is_far or self.acknowledgements_url or self.frames_url
        if not self.secret_file and signs:
            raise ValueError("secret_file may be empty for a loopback address only")
        return self


class IssuerSettings(Settings):
    """Who issues EIDOs, in words that are agreed with the receiving agency."""

    agency: Domain
    """Domain name by which the agency knows the school."""
    element: Domain
    """Full domain name of this gateway."""
    agency_types: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    """What the agency wants the school to be called."""
    incident_type: Literal["ALRPANS", "ALRPANA", "ALMH"] = "ALRPANS"
    """Incident type: silent (ALRPANS) or audible panic (ALRPANA), or ALMH."""


class Eido(HttpEndpoint, IssuerSettings):
    """Takes an EIDO for each version of an incident; its 2xx is the receipt."""

    kind: Literal["eido"]

    @model_validator(mode="after")
    def _is_mutual(self) -> "Eido":
        if self.is_far and not self.cert:
            raise ValueError(
                "cert and key are needed off loopback: EIDO is for agencies that know us"
            )
        return self


class EidoNotifier(Endpoint, IssuerSettings):
    """Agencies that connect to us and subscribe to EIDOs.

    This gateway must be reached from outside for it.
    """

    kind: Literal["eido-notifier"]
    ca: AnyPath
    """PEM file of the authority whose agencies are let in."""
    cert: AnyPath
    """PEM file of this server's certificate."""
    key: AnyPath
    """PEM file of its private key; mode 0600."""
    listen: Annotated[str, AfterValidator(_must_be_listener)]
    """Where agencies connect, `wss://host:port/path`."""
    agencies: Annotated[tuple[Domain, ...], Field(min_length=1, max_length=32)]
    """Names on the certificates of the agencies that are let in."""


class Cap(HttpEndpoint):
    """Takes a message of the Common Alerting Protocol for each version of an incident."""

    kind: Literal["cap"]
    sender: Annotated[str, Field(max_length=200), _NO_BLANKS]
    """Name of this gateway, as agreed."""
    addresses: Annotated[
        tuple[Annotated[str, Field(max_length=200), _NO_BLANKS], ...],
        Field(min_length=1, max_length=16),
    ]
    """Names of the receivers, as agreed; the messages are private to them."""
    language: Annotated[str, _LANGUAGE] = "en-US"
    """Language of the messages (RFC 5646)."""
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    """`Test` or `Exercise` while the connection is tried out."""
    expires_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    """Minutes after which a message is out of date, for consumers that demand it; 0: never."""
    receipt: Literal["status", "cap-ack"] = "status"
    """What counts as delivered: any 2xx, or an answer that is a CAP Ack."""
    sign_key: AnyPath | None = None
    """PEM file of an RSA key that signs the XML."""
    sign_cert: AnyPath | None = None
    """PEM file of the certificate for that key."""

    @model_validator(mode="after")
    def _signs_whole(self) -> "Cap":
        if bool(self.sign_key) != bool(self.sign_cert):
            raise ValueError("sign_key and sign_cert go together")
        return self


class SiaDc09(Endpoint):
    """An alarm-receiving centre that takes SIA DC-09.

    It knows no certificates: `ca`, `cert` and `key` are refused.
    """

    kind: Literal["sia-dc09"]
    url: Annotated[str, AfterValidator(_must_be_centre)]
    """`tcp://host:port` or `udp://host:port`."""
    backup_url: Annotated[str, AfterValidator(_may_be_centre)] = ""
    """The same of its second receiver."""
    account: Annotated[str, matching("[0-9A-F]{3,16}", "give 3 to 16 of 0-9 and A-F")]
    """Account number, 3 to 16 hexadecimal digits, as agreed."""
    receiver: Annotated[str, matching("[0-9A-F]{0,6}", "give up to 6 of 0-9 and A-F")] = "0"
    """Receiver number, hexadecimal, as agreed; empty leaves it out."""
    line: Annotated[str, matching("[0-9A-F]{1,6}", "give 1 to 6 of 0-9 and A-F")] = "0"
    """Line number, hexadecimal, as agreed."""
    codes: Literal["ADM-CID", "SIA-DCS"] = "ADM-CID"
    """Whether events are told as Contact ID or as SIA codes."""
    panic: Literal["silent-panic", "panic"] = "silent-panic"
    """Whether a press is told as a silent (122, HA) or an audible panic (120, PA)."""
    area: Annotated[int, Field(ge=0, le=99)] = 0
    """Area (partition) number."""
    key_file: AnyPath | None = None
    """File of the AES key of 16, 24 or 32 bytes; mode 0600."""
    key_format: Literal["hex", "text"] = "hex"
    """How the key is written in its file."""
    unencrypted: bool = False
    """Whether the centre takes no key; then use a VPN."""
    connections: Annotated[int, Field(ge=1, le=4)] = 3
    """Most connections at once in a storm; 1 if the receiver takes one event at a time."""
    supervise: Literal["null", "event", "none"] = "null"
    """How the line is tested: by a NULL message, by a test event (602), or only by those."""
    supervise_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    """Seconds without anything else after which the line is tested."""
    test_hours: Annotated[int, Field(ge=1, le=744)] = 24
    """Hours between test events (602); one is also sent at a start."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The first receiver, and the backup if there is one."""
        return (self.url, self.backup_url) if self.backup_url else (self.url,)

    @property
    def secrets(self) -> Path | None:
        """The file of the key, if there is one."""
        return self.key_file

    @model_validator(mode="after")
    def _is_agreed(self) -> "SiaDc09":
        if self.ca or self.cert or self.key:
            raise ValueError("DC-09 has no certificates; its AES key stands in key_file")
        far = not all(is_loopback(urlsplit(url).hostname or "") for url in self.urls)
        if far and bool(self.key_file) == self.unencrypted:
            raise ValueError(
                "give either key_file, or unencrypted = true if the centre takes no key"
            )
        return self


def _kind_of(found: Any) -> str:
    kind = found.get("kind", _USUAL_KIND) if isinstance(found, dict) else found.kind
    return f"{KIND}{kind}"


AnyEndpoint = Annotated[
    Annotated[Webhook, Tag(f"{KIND}webhook")]
    | Annotated[Eido, Tag(f"{KIND}eido")]
    | Annotated[EidoNotifier, Tag(f"{KIND}eido-notifier")]
    | Annotated[Cap, Tag(f"{KIND}cap")]
    | Annotated[SiaDc09, Tag(f"{KIND}sia-dc09")],
    Discriminator(
        _kind_of,
        custom_error_type="kind",
        custom_error_message='kind is one of "webhook", "eido", "eido-notifier", "cap", "sia-dc09"',
    ),
]
