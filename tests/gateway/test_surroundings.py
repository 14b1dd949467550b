"""What `check` looks at around good settings: each fault at the line of its setting."""

from pathlib import Path

import pytest

from gateway.config.settings import GatewaySettings
from gateway.config.surroundings import faults_around
from service.settings import load
from tests.doctor.test_strict import BASIC, KEY, NAME, OWN_ID, certificate
from tests.service.brokers import new_authority
from tests.service.files import GATEWAY, written

SIGNED = GATEWAY + 'secret_file = "a.secret"\n'
FAR = SIGNED.replace("http://127.0.0.1:8710", "https://psap.invalid")
# An authority as `openssl req -x509` made them for years, without a key usage.
LOOSE = certificate(NAME, KEY, [BASIC, OWN_ID])


def around(folder: Path, text: str) -> list[str]:
    (folder / "a.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    (folder / "a.secret").chmod(0o600)
    path = written(folder, text)
    return [str(fault) for fault in faults_around(load(path, GatewaySettings), path)]


def test_good_surroundings_have_no_fault(tmp_path: Path) -> None:
    assert around(tmp_path, SIGNED) == []


def test_a_name_that_cannot_be_looked_up_is_a_fault(tmp_path: Path) -> None:
    (told,) = around(tmp_path, FAR)
    assert told.startswith("line 13: endpoint[1].url: the name psap.invalid cannot be looked up")


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (told,) = around(tmp_path, GATEWAY.replace("tocsin.db", "state/tocsin.db"))
    assert told.startswith(f"line 8: store.path: there is no folder {tmp_path}/state: `install -d")


def test_a_secret_that_others_may_read_is_a_fault(tmp_path: Path) -> None:
    text = GATEWAY + 'secret_file = "b.secret"\n'
    (tmp_path / "b.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    (tmp_path / "b.secret").chmod(0o644)
    (told,) = around(tmp_path, text)
    assert told.startswith("line 14: endpoint[1].secret_file: others on this machine may read it")
    assert told.endswith(f"&& chmod 600 {tmp_path}/b.secret`")


@pytest.mark.parametrize("table", ["[[endpoint]]", "[[camera]]"])
def test_an_authority_that_strict_verification_refuses_is_a_fault(
    tmp_path: Path, table: str
) -> None:
    (tmp_path / "loose.crt").write_bytes(LOOSE)
    more = '[[camera]]\nid = "hall"\nsource = "test:"\n' if table == "[[camera]]" else ""
    told = around(tmp_path, f'{GATEWAY}{more}ca = "loose.crt"\n')
    assert told
    assert all(".ca: strict verification refuses it: CN=" in each for each in told)


CAMERA = '[[camera]]\nid = "hall"\nsource = "http://127.0.0.1/"\nuser = "u"\n'
CENTRE = GATEWAY.replace("http:", "tcp:").replace("/reports", "") + (
    'kind = "sia-dc09"\naccount = "1234"\nkey_file = "settings.toml"\n'
)
SIGNER = 'kind = "cap"\nsender = "gw"\naddresses = ["psap"]\nsign_key = "other.key"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GATEWAY + 'secret_file = "x.secret"\n', "line 14: endpoint[1].secret_file: there is no"),
        (GATEWAY + 'secret_file = "rooms.csv"\n', "line 14: endpoint[1].secret_file: "),
        (GATEWAY + 'secret_file = "whsec_aHVudGVyMg=="\n', "line 14: endpoint[1].secret_file: the"),
        (
            GATEWAY + 'cert = "unit.crt"\nkey = "other.key"\n',
            "line 14: endpoint[1].cert: other.key",
        ),
        (GATEWAY + 'ca = "rooms.csv"\n', "line 14: endpoint[1].ca: rooms.csv holds no certificate"),
        (GATEWAY + SIGNER + 'sign_cert = "unit.crt"\n', "line 17: endpoint[1].sign_key: other.key"),
        (CENTRE, "line 16: endpoint[1].key_file: the key is not written as hex"),
        (CENTRE + 'key_format = "text"\n', "line 16: endpoint[1].key_file: the key has"),
        (GATEWAY + CAMERA + 'password_file = "rooms.csv"\n', "line 18: camera[1].password_file: "),
        (GATEWAY + CAMERA + 'password_file = "whsec_aHVudGVyMg=="\n', "line 18: camera[1].passwor"),
    ],
)
def test_a_file_that_stops_one_receiver_or_camera_is_told_and_not_shown(
    tmp_path: Path, text: str, told: str
) -> None:
    new_authority().sign(tmp_path / "others", "other")
    (tmp_path / "others/other.key").replace(tmp_path / "other.key").chmod(0o600)
    (found,) = around(tmp_path, text)
    assert found.startswith(told)
    assert "aHVudGVyMg" not in found
