"""CAP by a gateway as it runs: a press, and the fault rows.  Real processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.formats.cap import check, texts
from tests.formats.test_cap import SENDER, rsa_files
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint, Handler, Manner, drip, flood, hang, status
from tests.gateway.school import School, Wall, running, school
from tests.gateway.test_sender_tls import secure
from tests.service.brokers import new_authority
from tests.waiting import until


def take(handler: Handler, body: bytes) -> None:
    """Take a CAP message if it is one."""
    check(body)
    handler.answer(202, b"")


def acknowledge(handler: Handler, body: bytes) -> None:
    """Answer with a CAP Ack that refers to the message."""
    message = check(body)
    sender, name, at = (texts(message, each)[0] for each in ("sender", "identifier", "sent"))
    handler.answer(200, ack(sender, name, at))


def ack(sender: str, name: str, at: str) -> bytes:
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier>'
        f"<sender>psap</sender><sent>{at}</sent><status>Actual</status><msgType>Ack</msgType>"
        f"<scope>Private</scope><references>{sender},{name},{at}</references></alert>"
    ).encode()


def acknowledge_another(handler: Handler, _body: bytes) -> None:
    handler.answer(200, ack(SENDER, "another.1", "2026-09-03T14:05:09-00:00"))


def lose_first_answer(handler: Handler, body: bytes) -> None:
    if len(handler.server.bodies) == 1:  # type: ignore[attr-defined]
        handler.close_connection = True
        return
    take(handler, body)


@contextmanager
def psap(folder: Path, manner: Manner = take, **endpoint: Any) -> Iterator[School]:
    """A school whose one endpoint takes CAP messages."""
    with Endpoint(manner) as good, school(folder, good) as found:
        base = {"name": "psap", "kind": "cap", "sender": SENDER, "addresses": ["psap.example.gov"]}
        base |= {"url": good.url}
        found.write({**found.settings(), "endpoint": [base | endpoint]})
        yield found


def deliver(found: School, within: float = 5.0) -> None:
    """Press in room 100, and wait until the lamp would go solid."""
    wall, press = Wall(found), alert("100")
    wall.press(press)
    until(lambda: "DELIVERED" in wall.stages(press), within=within)
    assert found.endpoint.bodies, "DELIVERED is said only of what a receiver took"


@pytest.mark.parametrize(("manner", "receipt"), [(take, "status"), (acknowledge, "cap-ack")])
def test_a_press_is_an_alert_and_its_end_a_cancel_that_names_it(
    tmp_path: Path, manner: Manner, receipt: str
) -> None:
    with psap(tmp_path, manner, receipt=receipt) as lincoln, running(lincoln):
        deliver(lincoln)
        incident = lincoln.call("status").stdout.split()[1]
        lincoln.call("close", incident, "--by", "Ada")
        until(lambda: len(lincoln.endpoint.bodies) == 2)
        first, last = map(check, lincoln.endpoint.bodies)
    assert (texts(first, "msgType"), texts(last, "msgType")) == (["Alert"], ["Cancel"])
    assert texts(first, "identifier")[0] in texts(last, "references")[0]
    assert "closed, Ada" in texts(last, "note")[0]


def test_a_signed_message_leaves(tmp_path: Path) -> None:
    key, cert = rsa_files(tmp_path)
    with (
        psap(tmp_path, sign_key=str(key), sign_cert=str(cert)) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)
        assert b"SignatureValue" in lincoln.endpoint.bodies[0]


@pytest.mark.parametrize(
    ("manner", "receipt"),
    [
        pytest.param(status(503, Retry_After="3600"), "status", id="F23-503"),
        pytest.param(status(429), "status", id="F23-429"),
        pytest.param(hang, "status", id="F24-hang"),
        pytest.param(drip, "status", id="F24-drip"),
        pytest.param(flood, "status", id="F24-flood"),
        pytest.param(status(302, Location="/login"), "status", id="F25-redirect"),
        pytest.param(status(200, b"<html>Guest Wi-Fi</html>"), "status", id="F25-captive-portal"),
        pytest.param(status(200, b"<html>Guest Wi-Fi</html>"), "cap-ack", id="F25-no-ack"),
        pytest.param(acknowledge_another, "cap-ack", id="F23-ack-of-another"),
    ],
)
def test_a_receiver_that_misbehaves_is_passed_over_for_its_backup(
    tmp_path: Path, manner: Manner, receipt: str
) -> None:
    good = acknowledge if receipt == "cap-ack" else take
    with (
        Endpoint(manner) as bad,
        psap(tmp_path, good, url=bad.url, receipt=receipt) as lincoln,
    ):
        add_backup(lincoln)
        with running(lincoln):
            deliver(lincoln)


@pytest.mark.parametrize("ends", [2020, 2099])
def test_f26_a_receiver_of_another_authority_or_past_its_end_gets_not_a_byte(
    tmp_path: Path, ends: int
) -> None:
    authority = new_authority()
    authority.sign(tmp_path / "ours", "psap")
    other = authority if ends == 2020 else new_authority()
    with secure(tmp_path / "theirs", other, ends) as bad:
        with psap(tmp_path, url=bad.url, ca=str(tmp_path / "ours" / "ca.crt")) as lincoln:
            add_backup(lincoln)
            with running(lincoln):
                deliver(lincoln)
        assert bad.bodies == []


def test_f28_an_answer_that_was_lost_is_asked_for_again_under_the_same_name(
    tmp_path: Path,
) -> None:
    with psap(tmp_path, lose_first_answer) as lincoln, running(lincoln):
        deliver(lincoln)
        first, second = lincoln.endpoint.bodies
    assert first == second


def add_backup(found: School) -> None:
    settings = found.settings()
    settings["endpoint"][0]["backup_url"] = found.endpoint.url
    found.write(settings)
