"""A camera's login challenge, in any manner, gives a login or one clear sentence."""

import hashlib
import re
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.http_auth import Login, read_challenges
from gateway.cameras.sources.source import CameraError
from tests.cameras import webcam
from tests.cameras.webcam import Caller, WebCamera

USER, PASSWORD = "Größe Наблюдатель", 'пароль:"\\'


class Guard:
    """A camera that challenges in these words, and lets in who answers as RFC 7616 or 2069 says."""

    def __init__(self, *challenges: str) -> None:
        self._challenges = challenges

    def __call__(self, caller: Caller) -> None:
        sent = (
            (caller.headers.get("Authorization") or "")
            .encode("latin-1")
            .decode(errors="surrogateescape")
        )
        if sent and self._is_right(sent):
            caller.say(200, webcam.picture())
            return
        caller.send_response(401)
        caller.send_header("Content-Length", "2")
        for each in self._challenges:
            caller.send_header("WWW-Authenticate", each)
        caller.end_headers()
        caller.wfile.write(b"no")

    def _is_right(self, sent: str) -> bool:
        found = re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', sent)
        said = {name: re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in found}
        algorithm = said.get("algorithm", "MD5").upper()
        kind = "sha256" if algorithm.startswith("SHA") else "md5"

        def digest(text: str) -> str:
            return hashlib.new(kind, text.encode(errors="surrogateescape")).hexdigest()

        who = digest(f"{USER}:{said['realm']}:{PASSWORD}")
        if algorithm.endswith("-SESS"):
            who = digest(f"{who}:{said['nonce']}:{said['cnonce']}")
        body = f":{digest('')}" if said.get("qop") == "auth-int" else ""
        what = digest(f"GET:{said['uri']}{body}")
        between = said["nonce"]
        if "qop" in said:
            between += f":{said['nc']}:{said['cnonce']}:{said['qop']}"
        return said["username"] == USER and said["response"] == digest(f"{who}:{between}:{what}")


@pytest.fixture
def login(tmp_path: Path) -> Login:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    return Login(USER, tmp_path / "password")


@pytest.mark.parametrize(
    "challenges",
    [
        ['Digest realm="camera", nonce="n1", qop="auth", algorithm=MD5'],
        ['Digest qop="auth", nonce="n1", algorithm="MD5", realm="camera"'],
        ['digest Realm="camera",NONCE="n1",QOP=auth'],
        ['DIGEST\trealm="camera",\tnonce="n1",\tqop="auth"'],
        ['Digest realm = "camera" , nonce = "n1"'],
        ['Digest realm="camera", nonce="n1", qop="auth-int,auth"'],
        ['Digest realm="camera", nonce="n1", qop="auth-int"'],
        ['Digest realm="camera", nonce="n1", qop=" auth , auth-int "'],
        ['Digest realm="camera", nonce="n1", qop=""'],
        ['Digest realm="camera", nonce="n1", algorithm=MD5-sess, qop="auth"'],
        ['Digest realm="camera", nonce="n1", algorithm=SHA-256, qop="auth"'],
        ['Digest realm="camera", nonce="n1", algorithm=sha-256-SESS, qop="auth"'],
        ['Digest realm="a, \\"b\\" = c", nonce="n/1==", opaque="x=, y", qop="auth", stale=FALSE'],
        ['Digest nonce="n1", qop="auth", realm=""'],
        ['Digest realm="Sch\xfcle", nonce="n1", qop="auth"'],
        ['Digest realm="камера", nonce="n1", qop="auth"'.encode().decode("latin-1")],
        ['Basic realm="camera"', 'Digest realm="camera", nonce="n1", qop="auth"'],
        ['Basic realm="camera", Digest realm="camera", nonce="n1", qop="auth"'],
        ["Negotiate", 'Digest realm="camera", nonce="n1", qop="auth", Basic realm="camera"'],
        ["NTLM TlRMTVNTUAAB==, Digest realm=camera, nonce=n1, qop=auth"],
        [
            'Digest realm="camera", nonce="n1", qop="auth", algorithm=SHA-512-256',
            'Digest realm="camera", nonce="n1", qop="auth", algorithm=MD5',
        ],
        ['Digest realm="camera", nonce="n1", qop="auth", charset=UTF-8, userhash=false'],
        ['Digest realm="camera", nonce="n1", qop="auth'],
    ],
)
def test_each_manner_of_asking_gives_a_login_that_is_remembered(
    login: Login, challenges: list[str]
) -> None:
    with WebCamera(Guard(*challenges)) as camera, closing(HttpCamera(camera.url, login)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(3)] == [webcam.picture()] * 3
        assert len(camera.requests) == 4


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ('Digest realm="camera"', "no nonce"),
        ('Digest realm="camera", nonce=""', "no nonce"),
        ('Digest realm="camera", nonce="n", algorithm=TIGER', "not known: TIGER"),
        ('Digest realm="camera", nonce="n", qop="token"', "qop=token"),
        ("Digest", "no nonce"),
        ('Bearer realm="camera"', "neither Basic nor Digest"),
        ("", "neither Basic nor Digest"),
        (',,=,"', "neither Basic nor Digest"),
        ('Digest realm="camera", nonce="n", qop="auth"', "refuses the login"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_sentence(
    tmp_path: Path, challenge: str, words: str
) -> None:
    (tmp_path / "wrong").write_text("wrong", encoding="utf-8")
    login = Login(USER, tmp_path / "wrong")
    with WebCamera(Guard(challenge)) as camera, closing(HttpCamera(camera.url, login)) as source:
        with pytest.raises(CameraError, match=words) as caught:
            source.take(Pace.REST)
        assert "\n" not in str(caught.value)


def test_challenges_are_told_apart() -> None:
    found = list(read_challenges('Basic realm="a, b=c", Digest nonce=n , NTLM'))
    assert [each.scheme for each in found] == ["basic", "digest", "ntlm"]
    assert found[0].parameters == {"realm": "a, b=c"}
