"""A console under a name that a browser trusts, and a browser that keeps passkeys."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.console.school import ConsoleSchool, OwnConsole

NAME = "console.test"


class NamedConsole(OwnConsole):
    """Another console of the same school, at `https://console.test`."""

    def __init__(self, school: ConsoleSchool, with_codes: str = "") -> None:
        self.folder = school.folder
        self.spki = make_certificate(school.folder)
        more = f'url = "https://{NAME}"\ncert = "named.crt"\nkey = "named.key"'
        super().__init__(school, with_codes, more, f'passkeys_at = "{NAME}"')
        self.url = f"https://{NAME}:{self.port}"

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """A browser that finds it, and takes its certificate for a good one."""
        with chromium(
            f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={self.spki}",
        ) as found:
            yield found


def make_certificate(folder: Path) -> str:
    """Write named.crt and named.key; returns the hash of its key as browsers write it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)  # noqa: TID251
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "named.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "named.key").write_bytes(private)
    (folder / "named.key").chmod(0o600)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


class Authenticator:
    """A virtual one of Chromium's DevTools, which says yes to everything."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        made = self._session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self._id = made["authenticatorId"]

    def keys(self) -> list[dict[str, Any]]:
        """What it keeps, private keys and all."""
        found: list[dict[str, Any]] = self._session.send(
            "WebAuthn.getCredentials", {"authenticatorId": self._id}
        )["credentials"]
        return found

    def put(self, key: dict[str, Any]) -> None:
        """Have it keep a key, in the place of one of the same id."""
        name = {"authenticatorId": self._id, "credentialId": key["credentialId"]}
        if key["credentialId"] in [each["credentialId"] for each in self.keys()]:
            self._session.send("WebAuthn.removeCredential", name)
        self._session.send(
            "WebAuthn.addCredential", {"authenticatorId": self._id, "credential": key}
        )
