"""F23 to F28: what may break on the way to the police, and at their end."""

import json
import signal
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.faults.matrix import keep
from tests.faults.names import NameServer, with_names
from tests.faults.network import needs_root
from tests.faults.proxy import Proxy
from tests.faults.school import School
from tests.gateway.endpoint import Endpoint, Handler, Manner, drip, flood, status
from tests.gateway.test_sender_tls import secure
from tests.service.brokers import new_authority
from tests.waiting import until

KILL, STOP, GO = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
BACKUP = "at the police by the backup address"
HOST = "psap.example"


@pytest.mark.parametrize(
    "manner",
    [status(503, Retry_After="3600"), status(429, Retry_After="3600")],
    ids=["503", "429"],
)
def test_f23_an_endpoint_that_refuses_is_tried_again_and_its_backup_takes(
    school: School, manner: Manner
) -> None:
    with Endpoint(manner) as first:
        school.endpoint |= {"url": first.url, "backup_url": school.url}
        school.start()
        school.press()
        school.until("DELIVERED", 10)
        keep("F23", BACKUP, school.check(5), 5)


def test_f23_an_endpoint_that_asks_for_an_hours_peace_gets_five_seconds(school: School) -> None:
    with Endpoint(status(503, Retry_After="3600")) as only:
        school.endpoint["url"] = only.url
        school.start()
        school.press()
        until(lambda: len(only.bodies) >= 4, within=25)
        keep("F23", "tried again", max(b - a for a, b in pairwise(only.times)), 5)


def test_f23_without_any_endpoint_the_lamp_says_so_within_15_s_and_until_one_has_it(
    school: School,
) -> None:
    school.start()
    school.signal("police", STOP)
    school.press()
    shown = school.until("NOT DELIVERED", 19) - school.presses()[0]
    keep("F23", "NOT DELIVERED is seen", shown, 15)
    school.signal("police", GO)
    back = time.monotonic()
    school.until("DELIVERED", 10)
    keep("F23", "at the police once it is back", school.check(5, back), 5)


def test_f51_what_the_school_answers_hides_no_alert_that_nobody_outside_has(
    school: School,
) -> None:
    school.others = [{**school.endpoint, "name": "arc", "url": "http://127.0.0.1:9/"}]
    school.start()
    school.signal("police", STOP)
    school.press()
    school.until("NOT DELIVERED", 19)
    answered = time.monotonic()
    school.act("acknowledge")
    shown = school.until("NOT DELIVERED, answered", 12) - answered
    keep("F51", "the answer is seen, and NOT DELIVERED with it", shown, 8)
    (told,) = told_by_status(school)
    assert (told["delivered"], told["answer"]) == (False, "school")
    assert [(each["endpoint"], each["has"]) for each in told["endpoints"]] == [
        ("county-911", 0),
        ("arc", 0),
    ]
    assert "NOT DELIVERED: no endpoint has 1 of 1 alerts" in school.terminal("status").stdout
    assert "at the school" in school.troubles()["not-delivered"]
    school.signal("police", GO)
    back = time.monotonic()
    school.until("DELIVERED", 10)
    school.until("long gap", 10)
    keep("F51", "at the police once it is back", school.check(5, back), 5)
    words = school.terminal("status").stdout
    assert "county-911 has it since" in words
    assert "arc does not have it" in words
    until(lambda: "not-delivered" not in school.troubles())


def test_f51_what_the_school_closed_stays_a_trouble_until_somebody_outside_has_it(
    school: School,
) -> None:
    school.start()
    school.signal("police", STOP)
    school.press()
    school.until("NOT DELIVERED", 19)
    until(lambda: "not-delivered" in school.troubles())
    school.act("close")
    school.until("off", 10)
    until(lambda: "closed at the school" in school.troubles()["not-delivered"])
    (told,) = told_by_status(school)
    assert (told["open"], told["delivered"]) == (False, False)
    school.signal("police", GO)
    until(lambda: "not-delivered" not in school.troubles(), within=15)
    until(lambda: not told_by_status(school), within=10)


def told_by_status(school: School) -> list[dict[str, Any]]:
    """What `tocsin-gateway status` tells of the incidents that are not over."""
    told: dict[str, Any] = json.loads(school.terminal("status", "--json").stdout)
    return list(told["incidents"])


def listen(handler: Handler, _body: bytes) -> None:
    """Send nothing until the peer closes the connection."""
    handler.connection.recv(1)


@pytest.mark.parametrize("manner", [listen, drip, flood], ids=["hangs", "drips", "1 GB"])
def test_f24_an_endpoint_that_does_not_come_to_an_end(school: School, manner: Manner) -> None:
    lasted: list[float] = []

    def timed(handler: Handler, body: bytes) -> None:
        began = time.monotonic()
        try:
            manner(handler, body)
        finally:
            lasted.append(time.monotonic() - began)

    with Endpoint(timed) as first:
        school.endpoint |= {"url": first.url, "backup_url": school.url}
        school.start()
        before = _resident(school)
        school.press()
        school.until("DELIVERED", 10)
        until(lambda: lasted, within=10)
        keep("F24", "an attempt lasts", lasted[0], 4.5)
        keep("F24", BACKUP, school.check(5), 5)
        assert _resident(school) - before < 5_000


@pytest.mark.parametrize(
    "manner",
    [
        status(302, Location="/login"),
        status(200, b"<html>Log in to the guests' network</html>"),
        status(200, b'{"receipt": "r-1", "alerts": ["another"]}'),
    ],
    ids=["302", "login page", "another alert's"],
)
def test_f25_an_answer_that_is_no_receipt_is_no_delivery(school: School, manner: Manner) -> None:
    with Endpoint(manner) as first:
        school.endpoint |= {"url": first.url, "backup_url": school.url}
        school.start()
        school.press()
        school.until("DELIVERED", 10)
        keep("F25", BACKUP, school.check(5), 5)


@pytest.mark.parametrize("flaw", ["ended", "not yet valid", "another name", "another authority"])
def test_f26_an_endpoint_that_cannot_prove_its_name_gets_nothing(school: School, flaw: str) -> None:
    ours, folder = new_authority(), school.folder / "psap"
    called = "ip6-localhost" if flaw == "another name" else "127.0.0.1"
    theirs = new_authority() if flaw == "another authority" else ours
    begins, ends = {"ended": (1970, 2020), "not yet valid": (2098, 2099)}.get(flaw, (1970, 2099))
    with secure(folder, theirs, ends, begins=begins) as first:
        ours.sign(school.folder, "any")
        school.endpoint |= {
            "url": first.url.replace("127.0.0.1", called),
            "backup_url": school.url,
            "ca": "ca.crt",
        }
        school.start()
        school.press()
        began = school.presses()[0]
        school.until("DELIVERED", 10)
        until(lambda: "endpoint-county-911" in school.troubles(), within=15)
        keep("F26", "told as a trouble", time.monotonic() - began, 15)
        keep("F26", BACKUP, school.check(5), 5)
        assert first.bodies == []


@needs_root
@pytest.mark.parametrize("flaw", ["silent", "denies", "lies"])
def test_f27_an_address_that_took_a_report_outlives_the_name_service(
    network: None, school: School, flaw: str
) -> None:
    new_authority().sign(school.folder, "psap", host=HOST)
    school.police_tls = {"cert": "psap.crt", "key": "psap.key"}
    with NameServer({HOST: "127.0.0.1"}) as names:
        school.words["gateway-0"] = with_names(school.folder)
        url = f"https://{HOST}:{school.police_port}/reports"
        school.endpoint |= {"url": url, "ca": "ca.crt"}
        school.start()
        school.press()
        school.until("DELIVERED", 15)
        until(school.store().with_suffix(".addresses").exists)
        school.signal("gateway-0", KILL)
        names.turn(flaw)
        school.start_gateway()
        until(lambda: names.asked, within=10)
        school.press_again()
        keep("F27", f"at the police, the service {flaw}", school.check(5), 5)


def test_f28_an_answer_that_is_lost_makes_no_second_record(school: School) -> None:
    with Proxy(school.police_port) as line:
        school.endpoint["url"] = school.url.replace(str(school.police_port), str(line.port))
        school.start()
        line.swallow.set()
        school.press()
        school.until("DELIVERED", 10)
        assert line.swallowed.is_set()
        keep("F28", "at the police, once", school.check(5), 5)
        assert len(school.reports()) == 1


def _resident(school: School) -> int:
    """Kilobytes that the gateway has in memory."""
    status = Path(f"/proc/{school.running['gateway-0'].pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
