"""The conformance kit: our receiver passes all of it, and for each case a broken one fails it."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from police.conformance.case import Case, Step
from police.conformance.connection import Address
from police.conformance.runner import Target, Verdict, run_case
from tests.police.broken_receivers import (
    BROKEN,
    BROKEN_ANSWERS,
    BROKEN_FRAMES,
    BROKEN_LOOKS,
    an_answer,
    refuses_a_used_id,
)
from tests.police.conformance import CASES
from tests.police.receivers import Manner, Served, ServedInOrder, good, looks, shows, tells
from tests.police.school import SECRET
from tests.service.brokers import new_authority
from tests.waiting import patience


def run(name: str, url: str) -> Verdict:
    answers, frames = Address(f"{url}/answers"), Address(f"{url}/live/frames")
    target = Target(Address(url), SECRET, answers=answers, frames=frames, dispatcher=True)
    return run_case(CASES[name], target)


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
    assert {*BROKEN, *BROKEN_ANSWERS, *BROKEN_LOOKS, *BROKEN_FRAMES} == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name != "no-certificate"])
def test_a_good_receiver_passes_and_a_broken_one_is_told_what_was_expected(name: str) -> None:
    with Served(good) as served:
        assert run(name, served.url).passed
    telling = BROKEN_ANSWERS.get(name, tells)
    # What the kit hung up on would otherwise be taken before what it sent next, or after it.
    serve = ServedInOrder if name == "answer-lost" else Served
    looking, showing = BROKEN_LOOKS.get(name, looks), BROKEN_FRAMES.get(name, shows)
    broken = BROKEN.get(name, good)
    with serve(broken, telling=telling, looking=looking, showing=showing) as served:
        verdict = run(name, served.url)
    assert (verdict.passed, verdict.skipped) == (False, False)
    assert verdict.expected
    assert verdict.came.isprintable()


def test_a_lost_answer_s_report_comes_again_in_the_very_same_bytes() -> None:
    with ServedInOrder(good) as served:
        assert run("answer-lost", served.url).passed
        sent = [json.dumps(each) for each in served.memory.seen if each["version"] == 1]
    assert len(sent) == 2
    assert len(set(sent)) == 1, "the same report, to the last of its moments"


def test_a_used_id_must_not_be_refused_either() -> None:
    with Served(refuses_a_used_id) as served:
        verdict = run("used-id-other-alerts", served.url)
    assert (verdict.passed, verdict.came) == (False, "HTTP 409")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([an_answer(3), an_answer(3)], "numbers only go up"),
        ([an_answer(0)], "numbers only go up"),
        ([an_answer("1")], "no whole number"),
        ([an_answer(True)], "no whole number"),
        (["acknowledge"], "no whole number"),
        ([an_answer(1, incident="204")], "answer 1 names no incident"),
        ([an_answer(1, what="close")], "answer 1: what is close, not acknowledge, dispatched"),
        ([an_answer(1, what=["x\n"])], "answer 1: what is"),
        ([an_answer(1, by="")], "answer 1 does not say who answered"),
        ([an_answer(1, text=None)], "answer 1 has no text"),
        ([an_answer(1, what="message")], "answer 1 is a message without a text"),
        ({}, "a list"),
    ],
)
def test_answers_that_a_school_could_not_use_are_told_in_words(told: Any, words: str) -> None:
    with Served(good, telling=lambda *_: (200, {"answers": told})) as served:
        verdict = run("answers", served.url)
    assert not verdict.passed
    assert words in verdict.came
    assert verdict.came.isprintable()


def test_a_receiver_that_asks_for_a_certificate_must_not_do_without(tmp_path: Path) -> None:
    with asking(tmp_path, good, strict=True) as (target, _):
        assert run_case(CASES["a-press"], target).passed
        assert run_case(CASES["no-certificate"], target).passed
    with asking(tmp_path, BROKEN["no-certificate"], strict=False) as (target, _):
        verdict = run_case(CASES["no-certificate"], target)
        assert not verdict.passed
        assert verdict.came.startswith('HTTP 200: {"receipt": "r-1"')


# Long enough to begin, on this machine as busy as it is.
SHORT = round(patience(0.3), 1)


def test_a_receiver_that_drips_or_is_silent_is_left_in_time() -> None:
    case = Case(name="slow", promise="It answers in time.", steps=(Step(within=SHORT),))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def drip() -> None:
            line, _ = listener.accept()
            with line, suppress(OSError):
                while not done.wait(0.05):
                    line.send(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        verdict = run_case(case, Target(Address(f"http://127.0.0.1:{listener.getsockname()[1]}/")))
        done.set()
        thread.join(5)
    assert verdict.came == f"no answer: it took over {SHORT:g} s"


def test_a_receiver_that_never_ends_its_tls_handshake_is_left_in_time() -> None:
    case = Case(name="slow", promise="It answers in time.", steps=(Step(within=SHORT),))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        began = time.monotonic()
        verdict = run_case(case, Target(Address(url)))
    assert verdict.came == f"no answer: it took over {SHORT:g} s"
    assert time.monotonic() - began < patience(5)
