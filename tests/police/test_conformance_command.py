"""The conformance kit as its command: over HTTP and TLS, against our own receiver."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.police.broken_receivers import BROKEN
from tests.police.conformance import CASES, tocsin_police
from tests.police.receivers import Served
from tests.police.school import Receiver, receiving
from tests.service.brokers import new_authority
from tests.waiting import patience, until


def test_our_own_receiver_tells_the_school_what_its_dispatcher_answers(receiver: Receiver) -> None:
    def is_open(each: dict[str, Any]) -> bool:
        return bool(each["mode"] == "test" and each["status"] == "active")

    def dispatch() -> None:
        (found,) = until(lambda: [each for each in receiver.incidents() if is_open(each)], 40)
        fields = {"sender": "lincoln", "incident": found["incident"], "what": "on-scene",
                  "name": "Hill", "text": ""}  # fmt: skip
        headers = {"origin": receiver.url}
        assert requests.post(
            f"{receiver.url}/answers", json=fields, headers=headers, timeout=patience(5)
        )

    names = [each.name for each in CASES.values() if "answers" in each.needs]
    only = [word for name in names for word in ("--only", name)]
    words = ("--secret-file", str(receiver.folder / "lincoln.secret"), "--dispatcher", *only)
    url = f"{receiver.url}/reports"
    with ThreadPoolExecutor() as pool:
        answered = pool.submit(dispatch)
        code, said = tocsin_police("conformance", url, "--answers", f"{url}/answers", *words)
        answered.result()
    assert code == 0, said
    assert "6 passed, 0 failed, 0 left out" in said
    assert "Please answer the TEST incident" in said


def test_our_own_receiver_takes_live_frames_of_what_its_dispatcher_looks_at(
    receiver: Receiver,
) -> None:
    def dispatch() -> None:
        def open_() -> list[dict[str, Any]]:
            return [each for each in receiver.incidents() if each["status"] == "active"]

        (found,) = until(open_, 40)
        look = {"sender": "lincoln", "incident": found["incident"], "camera": "test-1"}
        while open_():
            requests.post(
                f"{receiver.url}/looks", json={"viewer": "dispatcher", "looks": [look]},
                headers={"origin": receiver.url}, timeout=patience(5),
            )  # fmt: skip

    only = [
        word for each in CASES if each.startswith(("looks", "frame")) for word in ("--only", each)
    ]
    words = ("--secret-file", str(receiver.folder / "lincoln.secret"), "--dispatcher", *only)
    url = f"{receiver.url}/reports"
    with ThreadPoolExecutor() as pool:
        looked = pool.submit(dispatch)
        code, said = tocsin_police("conformance", url, "--frames", f"{url}/live/frames", *words)
        looked.result()
    assert code == 0, said
    assert "9 passed, 0 failed, 0 left out" in said
    assert "Please watch the live camera test-1" in said


def test_our_own_receiver_passes_every_case_over_the_wire(receiver: Receiver) -> None:
    secret = str(receiver.folder / "lincoln.secret")
    code, said = tocsin_police("conformance", f"{receiver.url}/reports", "--secret-file", secret)
    assert code == 0, said
    assert f"{len(CASES) - 16} passed, 0 failed, 16 left out" in said
    open_ = [each for each in receiver.incidents() if each["status"] != "closed"]
    assert open_ == [], "the kit leaves no incident open on a dispatcher's page"
    assert {each["mode"] for each in receiver.incidents()} == {"test"}


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[Receiver]:
    """Our own receiver over HTTPS, with a certificate that no public authority signed."""
    new_authority().sign(tmp_path, "psap")
    with receiving(tmp_path, listen='cert = "psap.crt"\nkey = "psap.key"') as running:
        running.session.verify = str(tmp_path / "ca.crt")
        yield running


def test_every_case_runs_over_https_as_well(over_tls: Receiver) -> None:
    ca, secret = (str(over_tls.folder / name) for name in ("ca.crt", "lincoln.secret"))
    url = f"{over_tls.url}/reports/lincoln"
    code, said = tocsin_police("conformance", url, "--secret-file", secret, "--ca", ca)
    assert code == 0, said
    assert f"{len(CASES) - 16} passed, 0 failed, 16 left out" in said
    assert all(each["status"] == "closed" for each in over_tls.incidents())


def test_a_certificate_of_an_unknown_authority_is_told_with_the_way_out(over_tls: Receiver) -> None:
    code, said = tocsin_police("conformance", f"{over_tls.url}/reports", "--only", "a-press")
    assert code == 1
    assert f"127.0.0.1:{over_tls.port} shows a certificate that is not good" in said
    assert "name the authority that signed it with --ca" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://127.0.0.1:{port}/", "does not speak TLS; is its address http://?"),
        ("https://nowhere.invalid:{port}/", "nowhere.invalid cannot be looked up"),
    ],
)
def test_a_wrong_address_is_told_in_words(receiver: Receiver, url: str, words: str) -> None:
    address = url.format(port=receiver.port)
    code, said = tocsin_police("conformance", address, "--only", "a-press")
    assert code == 1
    assert words in said


def test_a_failure_is_the_exit_code_and_a_line_of_json() -> None:
    with Served(BROKEN["several-rooms"]) as served:
        words = ("--only", "several-rooms", "--only", "a-press", "--json")
        code, said = tocsin_police("conformance", served.url, *words)
    first, second = map(json.loads, said.splitlines())
    assert (code, first["result"], second["result"]) == (1, "FAILED", "FAILED")
    assert "401" in first["came"], "this receiver knows a secret and we gave none"


def test_sample_reports_show_an_incident_on_our_own_page(receiver: Receiver) -> None:
    secret = str(receiver.folder / "lincoln.secret")
    url = f"{receiver.url}/reports"
    code, said = tocsin_police("send", url, "--secret-file", secret, "--pause", "0")
    assert code == 0, said
    incident = said.split()[2]
    now = next(each for each in receiver.incidents() if each["incident"] == incident)
    assert (now["version"], now["late"], now["status"], now["mode"]) == (8, 1, "closed", "test")
    assert {room["room"]: room["presses"] for room in now["rooms"]} == {"204": 3, "205": 3}
    assert {each["camera"] for each in now["pictures"]} == {"hall-2", "yard-1"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["ftp://x/"], "https://host/path"),
        (["http://psap.example/reports"], "loopback"),
        (["http://127.0.0.1/", "--cert", "x.crt"], "go together"),
        (["https://127.0.0.1/", "--ca", "nowhere.crt"], "--ca nowhere.crt: no PEM file"),
        (["https://127.0.0.1/", "--ca", "README.md"], "--ca README.md: no PEM file"),
        (["http://127.0.0.1/", "--secret-file", "README.md"], "must hold"),
        (
            ["http://127.0.0.1/", "--secret-file", "docs"],
            "--secret-file: docs cannot be read: Is a dir",
        ),
        (["http://127.0.0.1/", "--answers", "psap.example"], "--answers: give the receiver's"),
        (["http://127.0.0.1:99999/"], "URL: give the receiver's address"),
        (["http://127.0.0.1/", "--only", "a-pres"], "there is no case a-pres"),
    ],
)
def test_what_cannot_be_tried_is_said_and_sends_nothing(words: list[str], fault: str) -> None:
    code, said = tocsin_police("conformance", *words)
    assert code == 78
    assert fault in said
