"""Secrets and certificates of an endpoint: two secrets at once, and files renewed on the run."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.endpoints import Webhook as Endpoint
from gateway.papers import Papers
from service.secrets import fault_of_secrets
from tests.gateway.sending import BODY
from tests.service.brokers import new_authority
from wire.ids import EndpointName

OLD, NEW, FOREIGN = (
    "whsec_" + base64.b64encode(f"{name:>32}".encode()).decode() for name in ["old", "new", "none"]
)
NAME = EndpointName("county-911")


def accepts(secret: str, papers: Papers) -> bool:
    """True if a receiver that knows `secret` alone takes what is signed with `papers`."""
    now = datetime.now(UTC)  # noqa: TID251
    headers = {
        "webhook-id": "i-1.1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": papers.sign("i-1.1", now, BODY),
    }
    try:
        return bool(Webhook(secret).verify(BODY, headers) == json.loads(BODY))
    except WebhookVerificationError:
        return False


def papers_with(folder: Path, *secrets: str) -> Papers:
    (folder / "secret").write_text("\n".join(secrets))
    return Papers(NAME, secrets=folder / "secret")


def test_while_a_secret_is_replaced_a_receiver_accepts_with_either(tmp_path: Path) -> None:
    papers = papers_with(tmp_path, OLD, NEW)
    assert (accepts(OLD, papers), accepts(NEW, papers)) == (True, True)
    assert not accepts(FOREIGN, papers)
    assert papers.sign("i", datetime.fromtimestamp(0, UTC), BODY).count(" ") == 1


def test_a_replaced_secret_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    papers = papers_with(tmp_path, OLD)
    assert not accepts(NEW, papers)
    papers_with(tmp_path, OLD, NEW)
    assert papers.look().detail is None
    assert accepts(NEW, papers)
    papers_with(tmp_path, NEW)
    papers.look()
    assert not accepts(OLD, papers)


def test_new_files_that_cannot_be_used_are_told_and_leave_all_as_it_was(tmp_path: Path) -> None:
    papers = papers_with(tmp_path, OLD)
    for spoil in (lambda f: f.write_text("whsec_hunter2!"), Path.unlink):
        spoil(tmp_path / "secret")
        told = papers.look()
        assert told.name == "papers-county-911"
        assert "the old ones still are" in str(told.detail)
        assert "hunter2" not in str(told.detail)
        assert accepts(OLD, papers)
    papers_with(tmp_path, NEW)
    assert papers.look().detail is None
    assert accepts(NEW, papers)


def test_a_half_renewed_certificate_is_not_taken_up(tmp_path: Path) -> None:
    authority = new_authority()
    authority.sign(tmp_path, "school")
    files = [tmp_path / name for name in ("ca.crt", "school.crt", "school.key")]
    papers = Papers(NAME, *files)
    before = papers.tls
    authority.sign(tmp_path / "renewed", "school")
    (tmp_path / "renewed/school.crt").replace(files[1])
    assert "cannot be used" in str(papers.look().detail)
    assert papers.tls is before
    (tmp_path / "renewed/school.key").replace(files[2])
    assert papers.look().detail is None
    assert papers.tls is not before


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


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ({"cert": "gateway.crt"}, "cert and key go together"),
        ({"cert": "gateway.crt", "key": "other.key"}, "cannot be used"),
        ({"cert": "gateway.crt", "key": "gateway.key"}, None),
    ],
)
def test_a_certificate_that_could_not_be_shown_starts_no_gateway(
    tmp_path: Path, names: dict[str, str], fault: str | None
) -> None:
    for name in ("gateway", "other"):
        new_authority().sign(tmp_path, name)
    files = {key: str(tmp_path / name) for key, name in names.items()}
    endpoint = {"name": "county-911", "url": "https://127.0.0.1/", **files}
    if fault is None:
        assert Endpoint.model_validate(endpoint).cert
    else:
        with pytest.raises(ValidationError, match=fault):
            Endpoint.model_validate(endpoint)
