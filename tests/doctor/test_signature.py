"""A wrong secret is seen by a request that is no report."""

from base64 import b64encode
from pathlib import Path

import pytest

import tests.police.school as police
from gateway.app.doctor.live_frames import check_live_frames
from gateway.app.doctor.signature import check_signature
from gateway.config.endpoints import Webhook
from tests.gateway.endpoint import SECRET, Endpoint, Manner, status
from tests.gateway.sending import Book


def look(folder: Path, manner: Manner) -> tuple[str, list[bytes]]:
    (folder / "secret").write_text(SECRET)
    with Endpoint(manner) as there:
        settings = Webhook(name="county-911", url=there.url, secret_file=folder / "secret")
        return check_signature(settings).verdict, there.bodies


@pytest.mark.parametrize(
    ("code", "verdict"), [(401, "problem"), (403, "problem"), (422, "good"), (400, "good")]
)
def test_a_signature_is_judged_by_what_a_receiver_answers_to_no_report(
    tmp_path: Path, code: int, verdict: str
) -> None:
    assert look(tmp_path, status(code)) == (verdict, [b"{}"])


def test_a_receiver_that_takes_anything_for_a_report_is_sent_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with Endpoint(status(200)) as there:
        settings = Webhook(
            name="plain", url=there.url, secret_file=tmp_path / "secret", receipt="status"
        )
        assert check_signature(settings).verdict == "skipped"
        assert there.bodies == []


@pytest.mark.parametrize("is_right", [True, False])
def test_a_wrong_secret_is_named_where_the_receiver_is_asked_for_its_answers(
    tmp_path: Path, is_right: bool
) -> None:
    wrong = "whsec_" + b64encode(b"of another school altogether").decode()
    (tmp_path / "mine").write_text(police.SECRET if is_right else wrong)
    with police.receiving(tmp_path) as there:
        settings = Webhook(
            name="county-911",
            url=f"{there.url}/reports",
            acknowledgements_url=f"{there.url}/reports/answers",
            secret_file=tmp_path / "mine",
        )
        found = check_signature(settings)
    assert found.verdict == ("good" if is_right else "problem")
    assert (f"has for this school into {tmp_path / 'mine'}" in found.cure) is not is_right


@pytest.mark.parametrize("path", ["/reports/live/frames", "/reports/elsewhere/frames"])
def test_a_receiver_that_takes_no_live_frames_there_is_named(tmp_path: Path, path: str) -> None:
    (tmp_path / "mine").write_text(police.SECRET)
    with police.receiving(tmp_path) as there:
        settings = Webhook(
            name="county-911",
            url=f"{there.url}/reports",
            frames_url=f"{there.url}{path}",
            secret_file=tmp_path / "mine",
        )
        found = check_live_frames(settings, Book("127.0.0.1"))
    assert found.verdict == ("good" if "live" in path else "problem")
    assert "live frames to county-911" in found.check
