"""The conformance kit: our receiver passes all of it, and for each case a broken one fails it."""

import base64
import hashlib
import io
import json
import socket
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from pydantic import ValidationError

from police.conformance.case import Case, SamplePicture, SampleReport, Step
from police.conformance.jpeg import draw_test
from police.conformance.post import Address
from police.conformance.runner import Target, Verdict, read_cases, run_case
from police.conformance.sample import write_report
from tests.police.receivers import BROKEN, Manner, Served, good
from tests.police.school import SECRET, Receiver
from tests.service.brokers import new_authority
from wire.ids import Wall

CASES = {case.name: case for case in read_cases()}
SCHEMA = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))


def run(name: str, url: str) -> Verdict:
    return run_case(CASES[name], Target(Address(url), SECRET))


def tocsin_police(*words: str) -> tuple[int, str]:
    argv = [sys.executable, "-m", "police.main", *words]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


@contextmanager
def asking(folder: Path, manner: Manner, strict: bool) -> Iterator[tuple[Target, Served]]:
    """A receiver over TLS that asks for a certificate, and takes us without one unless `strict`."""
    authority = new_authority()
    for name in ("psap", "gateway"):
        authority.sign(folder, name)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "psap.crt", folder / "psap.key")
    tls.load_verify_locations(folder / "ca.crt")
    tls.verify_mode = ssl.CERT_REQUIRED if strict else ssl.CERT_OPTIONAL
    with Served(manner, tls) as served:
        files = (folder / name for name in ("ca.crt", "gateway.crt", "gateway.key"))
        yield Target(Address(served.url, *files), SECRET), served


def test_each_case_has_a_broken_receiver_that_must_fail_it() -> None:
    assert set(BROKEN) == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name != "no-certificate"])
def test_a_good_receiver_passes_and_a_broken_one_is_told_what_was_expected(name: str) -> None:
    with Served(good) as served:
        assert run(name, served.url).passed
    with Served(BROKEN[name]) as served:
        verdict = run(name, served.url)
    assert (verdict.passed, verdict.skipped) == (False, False)
    assert verdict.expected
    assert verdict.came.isprintable()


def test_a_receiver_that_asks_for_a_certificate_must_not_do_without(tmp_path: Path) -> None:
    with asking(tmp_path, good, strict=True) as (target, _):
        assert run_case(CASES["a-press"], target).passed
        assert run_case(CASES["no-certificate"], target).passed
    with asking(tmp_path, BROKEN["no-certificate"], strict=False) as (target, _):
        verdict = run_case(CASES["no-certificate"], target)
        assert not verdict.passed
        assert verdict.came.startswith('HTTP 200: {"receipt": "r-1"')


def test_our_own_receiver_passes_every_case_over_the_wire(receiver: Receiver) -> None:
    secret = str(receiver.folder / "lincoln.secret")
    code, said = tocsin_police("conformance", f"{receiver.url}/reports", "--secret-file", secret)
    assert code == 0, said
    assert "26 passed, 0 failed, 1 left out" in said
    open_ = [each for each in receiver.incidents() if each["status"] != "closed"]
    assert open_ == [], "the kit leaves no incident open on a dispatcher's page"
    assert {each["mode"] for each in receiver.incidents()} == {"test"}


def test_a_failure_is_the_exit_code_and_a_line_of_json() -> None:
    with Served(BROKEN["several-rooms"]) as served:
        words = ("--only", "several-rooms", "--only", "a-press", "--json")
        code, said = tocsin_police("conformance", served.url, *words)
    first, second = map(json.loads, said.splitlines())
    assert (code, first["result"], second["result"]) == (1, "FAILED", "FAILED")
    assert "401" in first["came"], "this receiver knows a secret and we gave none"


def test_sample_reports_tell_a_story_on_our_own_page(receiver: Receiver) -> None:
    secret = str(receiver.folder / "lincoln.secret")
    url = f"{receiver.url}/reports"
    code, said = tocsin_police("send", url, "--secret-file", secret, "--pause", "0")
    assert code == 0, said
    incident = said.split()[2]
    now = next(each for each in receiver.incidents() if each["incident"] == incident)
    assert (now["version"], now["late"], now["status"], now["mode"]) == (5, 1, "closed", "test")
    assert {room["room"]: room["presses"] for room in now["rooms"]} == {"204": 3, "205": 3}
    assert {each["camera"] for each in now["pictures"]} == {"hall-2", "yard-1"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["ftp://x/"], "https://host/path"),
        (["http://psap.example/reports"], "loopback"),
        (["http://127.0.0.1/", "--cert", "x.crt"], "go together"),
        (["https://127.0.0.1/", "--ca", "nowhere.crt"], "cannot be used"),
        (["http://127.0.0.1/", "--secret-file", "README.md"], "must hold"),
        (["http://127.0.0.1/", "--only", "a-pres"], "there is no case a-pres"),
    ],
)
def test_what_cannot_be_tried_is_said_and_sends_nothing(words: list[str], fault: str) -> None:
    code, said = tocsin_police("conformance", *words)
    assert code == 78
    assert fault in said


def test_a_receiver_that_drips_or_is_silent_is_left_in_time() -> None:
    case = Case(name="slow", promise="It answers in time.", steps=(Step(within=0.3),))
    with socket.create_server(("127.0.0.1", 0)) as door:
        done = threading.Event()

        def drip() -> None:
            line, _ = door.accept()
            with line, suppress(OSError):
                while not done.wait(0.05):
                    line.send(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        verdict = run_case(case, Target(Address(f"http://127.0.0.1:{door.getsockname()[1]}/")))
        done.set()
        thread.join(5)
    assert verdict.came == "no answer: it took too long"


def test_every_sample_is_a_report_by_the_published_schema_and_says_that_it_is_a_test() -> None:
    pictures = (SamplePicture(camera="hall-2"),)
    asked = SampleReport(presses=2, closed=True, more_rooms=3, doubts=("?",), pictures=pictures)
    report = write_report(uuid.uuid4(), asked, Wall(1_790_000_000.0))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert report["mode"] == "test"
    for words in (report["incident"]["summary"], report["site"]["name"]):
        assert words.startswith("TEST")
    (picture,) = report["pictures"]
    jpeg = base64.b64decode(picture["jpeg"])
    assert hashlib.sha256(jpeg).hexdigest() == picture["sha256"]


@pytest.mark.parametrize("size", [0, 200_000])
def test_the_drawn_picture_is_a_jpeg_that_others_can_read(size: int) -> None:
    jpeg = draw_test("hall-2", size)
    with Image.open(io.BytesIO(jpeg)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (152, 88))
        # The T of TEST: its bar is light, what is below its arm is dark.
        bar, below = image.getpixel((20, 28)), image.getpixel((20, 44))
    assert isinstance(bar, int)
    assert isinstance(below, int)
    assert bar > 200 > 120 > below
    assert size <= len(jpeg) < size + 1000
    assert jpeg != draw_test("hall-3", size)


def test_a_case_with_a_word_that_nobody_knows_is_not_run() -> None:
    with pytest.raises(ValidationError, match="expcet"):
        Case.model_validate({"name": "abc", "promise": "It is good.", "steps": [{"expcet": 1}]})
