"""Strangers at the authority's door: they guess codes, ask in odd letters, or have it sign on."""

import json
import sqlite3
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from device.settings import DeviceSettings
from gateway.config.settings import GatewaySettings
from gateway.trust.ca.key_folder import load_authority
from service.identity import LIFE, key_in, new_key, request_for
from service.networks import key_of_address
from service.settings import load
from service.throttle import FREE
from tests.hostile.deployment import A, C, Deployment
from tests.waiting import patience, until
from wire.ids import Wall
from wire.joincode import read_code

Ask = Callable[[str, Any], tuple[int, dict[str, Any]]]


@contextmanager
def door(lincoln: Deployment, source: str = "127.0.0.1") -> Iterator[Ask]:
    """A line to the authority from one of the attacker's addresses; anything may be asked on it."""
    tls = ssl.create_default_context(cafile=str(lincoln.made.folder / "ca.crt"))
    with closing(
        HTTPSConnection(
            "127.0.0.1",
            lincoln.made.authority_port,
            timeout=patience(10),
            context=tls,
            source_address=(source, 0),
        )
    ) as line:

        def ask(path: str, fields: Any) -> tuple[int, dict[str, Any]]:
            line.request("POST", path, json.dumps(fields))
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())

        yield ask


def guess(window: str = "aa", secret: str = "aaaaaa") -> dict[str, str]:
    return {"window": window, "secret": secret, "request": request_for(new_key()).decode()}


def test_h42_who_guesses_learns_nothing_waits_and_closes_no_window(
    lincoln: Deployment, tmp_path: Path
) -> None:
    typed = lincoln.made.code(C.removeprefix("lincoln-"))
    code = read_code(typed)
    with door(lincoln, "127.0.0.66") as ask:
        known = [ask("/join", guess(code.window)) for _ in range(FREE // 2)]
        unknown = [ask("/join", guess("zz", "z" * 6)) for _ in range(FREE // 2)]
        assert len({json.dumps(each) for each in known + unknown}) == 1
        status, told = ask("/join", guess(code.window, code.secret))
        assert (status, "too many wrong codes" in told["why"]) == (403, True)
    said = lincoln.made.join(typed, tmp_path / "unit")
    assert said.returncode == 0, said.stderr


def books(lincoln: Deployment) -> list[str]:
    """What was refused, as the gateway's books have it."""
    store = load(lincoln.made.config, GatewaySettings).store.path
    with closing(sqlite3.connect(store)) as db:
        asked = "SELECT text FROM action WHERE what = 'refused' AND incident = '' ORDER BY id"
        return [text for (text,) in db.execute(asked)]


def test_h66_what_the_authority_refuses_is_in_the_books(
    lincoln: Deployment,
) -> None:
    with door(lincoln, "127.0.0.68") as ask:
        answers = [ask("/join", guess()) for _ in range(20)]
        assert {status for status, _ in answers} == {403}
    with door(lincoln, "127.0.0.69") as ask:
        assert ask("/renew", {"certificate": "\x1b[2J", "request": "x"})[0] == 403
    until(lambda: [each for each in books(lincoln) if "127.0.0.69" in each], 10)
    told = [each for each in books(lincoln) if "127.0.0.68" in each]
    assert len(told) == 5
    assert told[0].startswith("by the authority: /join: no enrolment is open for this code")
    assert not any("aaaaaa" in each for each in told)


def test_h42_a_certificate_is_renewed_once_and_near_its_end(lincoln: Deployment) -> None:
    identity = load(lincoln.folder / A / "device.toml", DeviceSettings).gateway[0]
    assert identity.key
    assert identity.cert
    request = request_for(key_in(identity.key))
    asked = {"certificate": identity.cert.read_text(), "request": request.decode()}
    authority = load_authority(lincoln.made.folder / "authority")
    old = authority.sign_client(A, request, Wall(time.time() - LIFE * 0.7))
    due = {**asked, "certificate": old.decode()}
    with door(lincoln) as ask:
        assert ask("/renew", asked)[0] == 403
        (new,) = {ask("/renew", due)[1]["certificate"] for _ in range(20)}
    assert follows_key(new, identity.key)


def follows_key(certificate: str, key: Path) -> bool:
    found = x509.load_pem_x509_certificate(certificate.encode())
    return found.public_key() == key_in(key).public_key()


@pytest.mark.parametrize("path", ["/join", "/renew", "/register"])
@pytest.mark.parametrize("odd", ["\ud800", "\0", "ä", "a" * 900, 7, None, ["x"], {}])
def test_h42_odd_letters_are_refused_in_words(lincoln: Deployment, path: str, odd: Any) -> None:
    names = ("window", "secret", "request", "unit", "was", "certificate", "known", "code")
    with door(lincoln, "127.0.0.67") as ask:
        for name in names:
            for fields in ({name: odd}, {**dict.fromkeys(names, "x"), name: odd}):
                status, told = ask(path, fields)
                assert status == 403
                assert told["why"]
    assert "Traceback" not in lincoln.log("ca")


def test_h42_guesses_are_counted_by_what_an_attacker_has_one_of() -> None:
    assert key_of_address("::ffff:192.0.2.7") == key_of_address("192.0.2.7") == "192.0.2.7"
    assert key_of_address("2001:db8::1") == key_of_address("2001:db8::ffff:1") == "2001:db8::/64"
