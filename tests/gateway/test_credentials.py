"""Secrets and certificates of an endpoint: two secrets at once, and files renewed on the run."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.config.endpoints import Webhook as Endpoint
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.reloading import CredentialsError
from service.secrets import fault_of_secrets
from tests.gateway.sending import BODY
from tests.service.brokers import new_authority
from wire.ids import EndpointName

OLD, NEW, FOREIGN = (
    "whsec_" + base64.b64encode(f"{name:>32}".encode()).decode() for name in ["old", "new", "none"]
)
NAME = EndpointName("county-911")


def accepts(secret: str, credentials: Credentials) -> bool:
    """True if a receiver that knows `secret` alone takes what is signed with `credentials`."""
    now = datetime.now(UTC)  # noqa: TID251
    headers = {
        "webhook-id": "i-1.1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": credentials.sign("i-1.1", now, BODY),
    }
    try:
        return bool(Webhook(secret).verify(BODY, headers) == json.loads(BODY))
    except WebhookVerificationError:
        return False


def credentials_with(folder: Path, *secrets: str) -> Credentials:
    (folder / "secret").write_text("\n".join(secrets))
    return Credentials(NAME, secrets=folder / "secret")


def test_while_a_secret_is_replaced_a_receiver_accepts_with_either(tmp_path: Path) -> None:
    credentials = credentials_with(tmp_path, OLD, NEW)
    assert (accepts(OLD, credentials), accepts(NEW, credentials)) == (True, True)
    assert not accepts(FOREIGN, credentials)
    assert credentials.sign("i", datetime.fromtimestamp(0, UTC), BODY).count(" ") == 1


def test_a_replaced_secret_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    credentials = credentials_with(tmp_path, OLD)
    assert not accepts(NEW, credentials)
    credentials_with(tmp_path, OLD, NEW)
    assert credentials.check().detail is None
    assert accepts(NEW, credentials)
    credentials_with(tmp_path, NEW)
    credentials.check()
    assert not accepts(OLD, credentials)


def test_new_files_that_cannot_be_used_are_told_and_leave_all_as_it_was(tmp_path: Path) -> None:
    credentials = credentials_with(tmp_path, OLD)
    for spoil in (lambda f: f.write_text("whsec_hunter2!"), Path.unlink):
        spoil(tmp_path / "secret")
        told = credentials.check()
        assert told.name == "credentials-county-911"
        assert "the old ones stay in use" in str(told.detail)
        assert "hunter2" not in str(told.detail)
        assert accepts(OLD, credentials)
    credentials_with(tmp_path, NEW)
    assert credentials.check().detail is None
    assert accepts(NEW, credentials)


def test_a_half_renewed_certificate_is_not_taken_up(tmp_path: Path) -> None:
    authority = new_authority()
    authority.sign(tmp_path, "school")
    files = [tmp_path / name for name in ("ca.crt", "school.crt", "school.key")]
    credentials = Credentials(NAME, *files)
    before = credentials.tls
    authority.sign(tmp_path / "renewed", "school")
    (tmp_path / "renewed/school.crt").replace(files[1])
    assert "cannot be used" in str(credentials.check().detail)
    assert credentials.tls is before
    (tmp_path / "renewed/school.key").replace(files[2])
    assert credentials.check().detail is None
    assert credentials.tls is not before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (OLD, None),
        (f"{OLD}\n{NEW}\n", None),
        ("", "1 to 4"),
        ("x\n" * 5, "1 to 4"),
        (OLD[6:], "whsec_"),
    ],
)
def test_what_a_file_of_secrets_must_hold(tmp_path: Path, text: str, fault: str | None) -> None:
    (tmp_path / "secret").write_text(text)
    found = fault_of_secrets(tmp_path / "secret")
    assert found is fault is None or str(fault) in str(found)


def test_files_that_are_bad_at_the_start_sign_nothing_until_they_are_good(tmp_path: Path) -> None:
    credentials = credentials_with(tmp_path, "whsec_hunter2!")
    for _ in range(2):
        with pytest.raises(CredentialsError, match="nothing can be sent to this receiver"):
            accepts(OLD, credentials)
        assert "hunter2" not in str(credentials.check().detail)
    credentials_with(tmp_path, OLD)
    assert credentials.check().detail is None
    assert accepts(OLD, credentials)


def test_a_certificate_without_its_key_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    endpoint = {"name": "county-911", "url": "https://127.0.0.1/", "cert": str(tmp_path / "a.crt")}
    with pytest.raises(ValidationError, match="cert and key go together"):
        Endpoint.model_validate(endpoint)
