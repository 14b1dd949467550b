"""Receivers of reports as gateway.toml names them: a class for each kind, told apart by `kind`."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from gateway.endpoint import Domain, Endpoint, HttpEndpoint, must_be_safe
from gateway.formats.dc09.key import read_key
from service.broker import is_loopback
from service.secrets import fault_of_secrets
from service.settings import KIND, ExistingFile, Settings

_USUAL_KIND: Final = "webhook"


class Webhook(HttpEndpoint):
    """Takes the report itself, signed by Standard Webhooks.

    `secret_file` holds the secret (`whsec_…`); while that is replaced two, one on each line.
    `answers_url` is where we ask, signed by the same secret, for what its people answer.
    """

    kind: Literal["webhook"] = "webhook"
    secret_file: ExistingFile | Literal[""] = ""
    receipt: Literal["echo", "status"] = "echo"
    answers_url: str = ""

    @property
    def secrets(self) -> Path | None:
        """The file of the secrets that sign, if there is one."""
        return self.secret_file or None

    @field_validator("secret_file")
    @classmethod
    def _holds_secrets(cls, path: Path | Literal[""]) -> Path | Literal[""]:
        if path and (fault := fault_of_secrets(path)):
            raise ValueError(fault)
        return path

    @model_validator(mode="after")
    def _is_signed(self) -> "Webhook":
        if self.answers_url:
            must_be_safe(self.answers_url)
        if not self.secret_file and (self.is_far or self.answers_url):
            raise ValueError("secret_file may be empty for a loopback address only")
        return self


class Issuer(Settings):
    """Who issues EIDOs, in words that are agreed with the receiving agency.

    `agency` is the domain name by which it knows the school, `element` the full domain name of this
    gateway, `agency_types` what it wants the school to be called.
    """

    agency: Domain
    element: Domain
    agency_types: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    incident_type: Literal["ALRPANS", "ALRPANA", "ALMH"] = "ALRPANS"


class Eido(HttpEndpoint, Issuer):
    """Takes an EIDO for each version of an incident; its 2xx is the receipt."""

    kind: Literal["eido"]

    @model_validator(mode="after")
    def _is_mutual(self) -> "Eido":
        if self.is_far and not self.cert:
            raise ValueError(
                "cert and key are needed off loopback: EIDO is for agencies that know us"
            )
        return self


class EidoNotifier(Endpoint, Issuer):
    """Agencies that connect to us, at `listen`, and subscribe to EIDOs.

    Whoever shows a certificate of the authority in `ca` that bears one of the names in `agencies`
    is let in.  This gateway must be reached from outside for it.
    """

    kind: Literal["eido-notifier"]
    ca: ExistingFile
    cert: ExistingFile
    key: ExistingFile
    listen: Annotated[str, Field(pattern=r"^wss://[^/\s]+:\d+/\S*$")]
    agencies: Annotated[tuple[Domain, ...], Field(min_length=1, max_length=32)]


class Cap(HttpEndpoint):
    """Takes a message of the Common Alerting Protocol for each version of an incident.

    `sender` names this gateway and `addresses` the receivers, as agreed.  `status` may be "Test" or
    "Exercise" while the line is tried out.  `sign_key` and `sign_cert` add an XML signature.
    """

    kind: Literal["cap"]
    sender: Annotated[str, Field(pattern=r"^[^\s,<&]+$", max_length=200)]
    addresses: Annotated[
        tuple[Annotated[str, Field(pattern=r'^[^\s"<&]+$', max_length=200)], ...],
        Field(min_length=1, max_length=16),
    ]
    language: Annotated[str, Field(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-US"
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    receipt: Literal["status", "cap-ack"] = "status"
    sign_key: ExistingFile | None = None
    sign_cert: ExistingFile | None = None

    @model_validator(mode="after")
    def _signs_whole(self) -> "Cap":
        if bool(self.sign_key) != bool(self.sign_cert):
            raise ValueError("sign_key and sign_cert go together")
        return self


class SiaDc09(Endpoint):
    """An alarm-receiving centre that takes SIA DC-09 at `tcp://host:port` or `udp://host:port`.

    `account`, `receiver` and `line` are hexadecimal digits as agreed with it.  `key_file` holds the
    AES key, written in `key_format`; `in_clear` says that the centre takes none.  The line is
    tested every `supervise_seconds`, and by an event at a start and every `test_hours`.
    """

    kind: Literal["sia-dc09"]
    url: Annotated[str, Field(pattern=r"^(tcp|udp)://[^/@\s]+:\d{1,5}$")]
    backup_url: Annotated[str, Field(pattern=r"^((tcp|udp)://[^/@\s]+:\d{1,5})?$")] = ""
    account: Annotated[str, Field(pattern="^[0-9A-F]{3,16}$")]
    receiver: Annotated[str, Field(pattern="^[0-9A-F]{1,6}$")] = "0"
    line: Annotated[str, Field(pattern="^[0-9A-F]{1,6}$")] = "0"
    codes: Literal["ADM-CID", "SIA-DCS"] = "ADM-CID"
    panic: Literal["silent-panic", "panic"] = "silent-panic"
    area: Annotated[int, Field(ge=0, le=99)] = 0
    key_file: ExistingFile | None = None
    key_format: Literal["hex", "text"] = "hex"
    in_clear: bool = False
    supervise_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    test_hours: Annotated[int, Field(ge=1, le=744)] = 24

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
        if self.key_file:
            read_key(self.key_file.read_text(encoding="utf-8").strip(), self.key_format)
        far = not all(is_loopback(urlsplit(url).hostname or "") for url in self.urls)
        if far and bool(self.key_file) == self.in_clear:
            raise ValueError("give either key_file, or in_clear = true if the centre takes no key")
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
