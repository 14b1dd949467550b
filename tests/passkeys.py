"""A name that a browser trusts on this machine, and an authenticator that keeps passkeys for it."""

import base64
import hashlib
import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page

from tests.chromium import chromium

# Run on a page of a login: its own scripts say where they lie.
_HERE = 'new URL(".", document.querySelector("script[type=module]").src)'
ANSWER = f"""async () => {{
  const {{ answerByPasskey }} = await import(new URL("passkey.js", {_HERE}));
  return await answerByPasskey();
}}"""
SEND = f"""async ([path, fields]) => {{
  const {{ request }} = await import(new URL("again.js", {_HERE}));
  return (await request(path, fields)).status;
}}"""


def browser_that_trusts(site: str, spki: str) -> AbstractContextManager[Browser]:
    """A browser that finds the name here, and takes its certificate for a good one."""
    return chromium(
        f"--host-resolver-rules=MAP {site} 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={spki}",
    )


def from_elsewhere(answer: str, site: str) -> str:
    """What a browser answers to a page at another address, by its own word."""
    given = json.loads(answer)
    told = given["response"]["clientDataJSON"]
    said = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
    said["origin"] = f"https://evil.{site}"
    wrong = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    given["response"]["clientDataJSON"] = wrong
    return json.dumps(given)


def make_certificate(folder: Path, site: str) -> str:
    """Write named.crt and named.key; returns the hash of its key as browsers write it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, site)])
    now = datetime.now(UTC)  # noqa: TID251
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(site)]), critical=False)
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

    def forget(self) -> None:
        """The device is lost."""
        self._session.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
