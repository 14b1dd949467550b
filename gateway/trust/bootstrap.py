"""Makes all files that a gateway needs, in one folder; what is there already stays as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.register import HEADER
from gateway.config.roles import Role
from gateway.trust import console_files
from gateway.trust.accounts import open_accounts
from gateway.trust.bootstrap_plan import BootstrapPlan, console_state
from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import CANARIES, GATEWAY, access_list
from gateway.trust.ca import key_folder
from gateway.trust.ca.authority import Authority, new_authority
from gateway.trust.ca.database import EnrolmentDatabase
from service import owners
from service.files import write_whole
from service.folder import make_folder
from service.identity import PEM, key_as_pem, key_in, read_certificate, request_for
from service.login.passwords import new_password
from wire.ids import Wall

SETTINGS: Final = "gateway.toml"
ADMINISTRATOR: Final = "admin"
_OPEN: Final = 0o644
_OPEN_FOLDER: Final = 0o755
_PRIVATE_FOLDER: Final = 0o700


class Bootstrapped(NamedTuple):
    """What was made, and what was there; `password` is empty unless an account was made."""

    made: list[Path]
    there: list[Path]
    password: str


def bootstrap(plan: BootstrapPlan, now: Wall) -> Bootstrapped:
    """Make what is not there yet; the settings come last, so that they stand for a whole gateway.

    Raises OSError, ValueError or sqlite3.Error.
    """
    if not plan.folder.exists():
        make_folder(plan.folder, _OPEN_FOLDER)
    make_folder(plan.state)
    founding = _Bootstrap(plan, now)
    if (plan.folder / SETTINGS).exists():
        return Bootstrapped([], files_in(plan.folder), "")
    founding.authority_folder()
    founding.identities()
    founding.broker_folder()
    password = founding.account()
    founding.rest()
    return Bootstrapped(founding.made, founding.there(), password)


def files_in(folder: Path) -> list[Path]:
    """Return every file of the gateway in `folder`."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


class _Bootstrap:
    """One run of `bootstrap`: remembers what it made."""

    def __init__(self, plan: BootstrapPlan, now: Wall) -> None:
        self.made: list[Path] = []
        self._plan = plan
        self._now = now
        self._folder = plan.folder
        self._safe = plan.folder / "authority"
        self._broker = plan.folder / "broker"
        self._authority: Authority | None = None

    def there(self) -> list[Path]:
        """Return every file of the gateway that we did not make."""
        return sorted(set(files_in(self._folder)) - set(self.made))

    def authority_folder(self) -> None:
        """The authority, its server's certificate, and its memory."""
        make_folder(self._safe, _PRIVATE_FOLDER)
        if not (self._safe / key_folder.AUTHORITY_CERTIFICATE).exists():
            new = new_authority(self._plan.site, self._now)
            self._write(self._safe / key_folder.AUTHORITY_KEY, key_as_pem(new.key))
            certificate = new.certificate.public_bytes(PEM)
            self._write(self._safe / key_folder.AUTHORITY_CERTIFICATE, certificate, _OPEN)
        self._server(self._safe / key_folder.SERVER_CERTIFICATE, "authority")
        published = self._folder / "published"
        for folder in (published, published / "units"):
            make_folder(folder, _OPEN_FOLDER)
        listed = self._signer().revocations([], self._now)
        self._write(published / key_folder.PUBLISHED_LIST, listed, _OPEN)
        owners.give(self._safe, owners.AUTHORITY)
        owners.give(published, owners.AUTHORITY)

    def identities(self) -> None:
        """The identities of the gateway and its canaries, and that of the console."""
        certificate = self._signer().certificate.public_bytes(PEM)
        self._write(self._folder / "ca.crt", certificate, _OPEN)
        own = self._folder / "gateway"
        make_folder(
            own, _OPEN_FOLDER
        )  # certificates are for all to see; each key is its owner's alone
        for name in (GATEWAY, *CANARIES):
            self._client(own / f"{name}.crt", name)
        owners.give(own, owners.GATEWAY)
        console = self._folder / console_files.FOLDER
        make_folder(console, _OPEN_FOLDER)
        self._server(console / "console.crt", "console")
        owners.give(console, owners.CONSOLE)

    def broker_folder(self) -> None:
        """All that the broker runs on."""
        make_folder(self._broker, _PRIVATE_FOLDER)
        self._server(self._broker / broker_files.CERTIFICATE, "broker")
        settings = broker_files.configuration(
            self._broker.resolve(),
            self._plan.broker_port,
            owners.name_of(owners.BROKER),
            self._plan.listen,
        )
        certificate = self._signer().certificate.public_bytes(PEM)
        self._write(self._broker / broker_files.AUTHORITY, certificate, _OPEN)
        listed = self._signer().revocations([], self._now)
        self._write(self._broker / broker_files.REVOCATIONS, listed)
        self._write(self._broker / broker_files.ACCESS, access_list(self._plan.site, []).encode())
        self._write(self._broker / broker_files.CONFIGURATION, settings.encode())
        owners.give(self._broker, owners.BROKER)

    def account(self) -> str:
        """The first administrator; returns the password, or nothing if there are people."""
        folder = console_state(self._plan.state)
        make_folder(folder, console_files.STATE_MODE)
        path = folder / "people.db"
        people = open_accounts(path)
        try:
            if people.all():
                return ""
            password = new_password()
            people.add(ADMINISTRATOR, Role.ADMINISTRATOR, password)
        finally:
            people.close()
        owners.give(folder, owners.CONSOLE)
        self.made.append(path)
        return password

    def rest(self) -> None:
        """The register without a room, nobody revoked, and the settings."""
        # A folder of its own: the console's plan editor puts a new one in the place of the old.
        register = self._folder / "register"
        make_folder(register, _OPEN_FOLDER)
        self._write(register / "rooms.csv", f"{','.join(HEADER)}\n".encode(), _OPEN)
        owners.give(register, owners.GATEWAY)
        self._write(self._folder / "revoked", b"", _OPEN)
        self._write(self._folder / SETTINGS, self._plan.settings().encode(), _OPEN)

    def _signer(self) -> Authority:
        if self._authority is None:
            self._authority = key_folder.load_authority(self._safe)
        return self._authority

    def _client(self, path: Path, name: str) -> None:
        self._identity(
            path, name, lambda request: self._signer().sign_client(name, request, self._now)
        )

    def _server(self, path: Path, name: str) -> None:
        hosts = self._plan.every_host
        self._identity(
            path, name, lambda request: self._signer().sign_server(name, hosts, request, self._now)
        )

    def _identity(self, path: Path, name: str, sign: Callable[[bytes], bytes]) -> None:
        """Make a key beside `path`, and have its certificate signed and remembered."""
        if path.exists():
            return
        key = path.with_suffix(".key")
        if not key.exists():
            self.made.append(key)
        self._write(path, sign(request_for(key_in(key))), _OPEN)
        ledger = EnrolmentDatabase(self._safe / key_folder.LEDGER)
        ledger.signed(name, read_certificate(path).serial_number)
        ledger.close()

    def _write(self, path: Path, content: bytes, mode: int = 0o600) -> None:
        if not path.exists():
            write_whole(path, content, mode)
            self.made.append(path)
