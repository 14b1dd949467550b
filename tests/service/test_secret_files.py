"""A secret, key or password counts the same in each form in which programs write its file."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from gateway.cameras.events import Pace
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.http_auth import Login
from gateway.config.endpoints import SiaDc09
from gateway.config.endpoints import Webhook as WebhookSettings
from gateway.core.formats.dc09.key import read_key
from gateway.receivers.http.credentials import Credentials
from service.secrets import read_password
from tests.cameras import webcam
from tests.cameras.webcam import WebCamera
from tests.gateway.endpoint import SECRET
from tests.service.textforms import FORMS
from wire.ids import EndpointName
from wire.joincode import new_code, read_code

URL = "https://police.example/reports"


@pytest.fixture(params=FORMS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Path]:
    """Write a line into a file in one of the forms; returns its path."""

    def write(line: str) -> Path:
        (tmp_path / "file").write_bytes(FORMS[request.param](f"{line}\n"))
        return tmp_path / "file"

    return write


def test_a_webhook_and_its_acknowledgements_are_signed(written: Callable[[str], Path]) -> None:
    file = written(SECRET)
    settings = WebhookSettings.model_validate(
        {"name": "county", "url": URL, "secret_file": file, "acknowledgements_url": URL}
    )
    now = datetime.now(UTC)  # noqa: TID251
    signature = Credentials(EndpointName("county"), secrets=settings.secrets).sign("i", now, "{}")
    headers = {"webhook-id": "i", "webhook-timestamp": str(int(now.timestamp()))}
    assert Webhook(SECRET).verify("{}", {**headers, "webhook-signature": signature}) == {}


def test_a_key_of_dc09_is_read(written: Callable[[str], Path]) -> None:
    file = written("0123456789ABCDEF")
    settings = SiaDc09.model_validate(
        {"name": "arc", "kind": "sia-dc09", "url": "tcp://arc.example:9", "account": "1234"}
        | {"key_file": file, "key_format": "text"}
    )
    assert settings.key_file
    assert read_key(read_password(settings.key_file), "text") == b"0123456789ABCDEF"


def test_a_camera_lets_us_in(written: Callable[[str], Path]) -> None:
    login = Login(webcam.USER, written(webcam.PASSWORD))
    assert login.words() == (webcam.USER, webcam.PASSWORD)  # what RTSP is told
    with WebCamera(webcam.wants_basic) as camera, closing(HttpCamera(camera.url, login)) as source:
        assert source.take(Pace.REST).jpeg


@pytest.mark.parametrize("form", ["{}\n", "{}\r\n", "\ufeff{}\r\n", " {}", "\t{}\r"])
def test_a_code_is_read_as_a_file_on_stdin_holds_it(form: str) -> None:
    code = new_code(bytes(32))
    assert read_code(form.format(code)) == code
