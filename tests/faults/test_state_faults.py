"""F36 to F39: what is so is compared, so that no message that was missed leaves a false picture."""

import signal
import time

from tests.faults.disk import hanging_disk
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.gateway.endpoint import Endpoint, closed_port
from tests.service.brokers import new_authority
from tests.waiting import until


def test_f36_a_new_store_asks_for_the_alert_that_a_unit_shows_as_delivered(school: School) -> None:
    school.start()
    school.press()
    school.until("DELIVERED", 10)
    school.signal("gateway-0", signal.SIGKILL)
    for file in school.store().parent.iterdir():
        file.unlink()
    # The unit keeps its link to the broker, and so does not tell by itself what it holds.
    school.start_gateway()
    began = time.monotonic()
    until(school.open_incidents, within=20)
    keep("F36", "an incident again", time.monotonic() - began, 15)
    assert not school.seen("NOT DELIVERED")


def test_f37_two_units_of_one_copied_card_are_told(school: School) -> None:
    school.start()
    copy = school.folder / "copy.toml"
    copy.write_text((school.folder / "unit-204.toml").read_text().replace("journal-204", "copied"))
    began = time.monotonic()
    school.run("copy", "-m", "tests.faults.wall", str(school.folder / "copy.jsonl"), str(copy))
    until(lambda: "duplicate-unit-lincoln-204" in school.troubles(), within=60)
    keep("F37", "told as a trouble", time.monotonic() - began, 60)
    school.signal("copy", signal.SIGKILL)
    school.linked()
    school.press()
    school.until("DELIVERED", 10)
    keep("F37", "at the police once one is off", school.check(5), 5)


def test_f38_a_receiver_that_is_gone_is_told_without_a_press(school: School) -> None:
    gone = [f"http://127.0.0.1:{closed_port()}/" for _ in range(2)]
    with Endpoint() as healthy:
        school.endpoint |= {"url": gone[0], "backup_url": gone[1]}
        school.others = [{"name": "healthy", "url": healthy.url}]
        school.start()
        began = time.monotonic()
        names = {"endpoint-county-911", "endpoint-county-911/backup"}
        until(lambda: names <= school.troubles().keys(), within=60)
        keep("F38", "told as a trouble", time.monotonic() - began, 60)
        assert not any("healthy" in name for name in school.troubles())
        assert healthy.bodies == []


def test_f39_a_thread_that_hangs_is_told_and_stops_no_press(school: School) -> None:
    new_authority().sign(school.folder, "any")
    trusted = school.folder / "ca.crt"
    school.others = [
        {"name": "other", "url": f"https://127.0.0.1:{closed_port()}/", "ca": str(trusted)}
    ]
    school.others[0] |= {"secret_file": "secret"}
    school.start()
    pid = school.running["gateway-0"].pid
    with hanging_disk(pid, school.folder / "strace", "openat", trusted):
        trusted.touch()  # so it is read again, and who reads it waits
        began = time.monotonic()
        until(lambda: "stopped-thread-housekeeping" in school.troubles(), within=90)
        keep("F39", "told as a trouble", time.monotonic() - began, 90)
        school.press()
        school.until("DELIVERED", 5)
    keep("F39", "at the police", school.check(3), 3)
