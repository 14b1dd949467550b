"""The gateway as it runs: a process of its own, a real broker, a real endpoint."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint, status, take
from tests.gateway.school import School, Wall, running, school
from tests.waiting import patience, until


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as served:
        yield served


@pytest.fixture
def lincoln(tmp_path: Path, endpoint: Endpoint) -> Iterator[School]:
    with school(tmp_path, endpoint, rooms=500) as found:
        yield found


def test_a_press_is_reported_and_the_unit_hears_received_then_sent(lincoln: School) -> None:
    with running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: wall.stages(press) == ["RECEIVED", "DELIVERED"])
        (report,) = lincoln.endpoint.reports()
        assert report["alerts"][0]["room"]["id"] == "100"


def test_five_hundred_presses_within_a_second_are_all_sent_in_a_few_dozen_reports(
    lincoln: School,
) -> None:
    with running(lincoln):
        wall, presses = Wall(lincoln), [alert(str(n)) for n in range(100, 600)]
        for press in presses:
            wall.press(press)
        until(lambda: all("DELIVERED" in wall.stages(press) for press in presses), within=20)
        ids = [each["id"] for each in lincoln.endpoint.reports()[-1]["alerts"]]
        assert sorted(ids) == sorted(press.alert for press in presses)
        assert len(lincoln.endpoint.bodies) <= 48


def test_an_alert_that_was_received_survives_kill_9_and_is_sent_after_the_start(
    lincoln: School,
) -> None:
    lincoln.endpoint.manner = status(503)
    wall, press = Wall(lincoln), alert("100")
    with running(lincoln) as gateway:
        wall.press(press)
        until(lambda: wall.stages(press) == ["RECEIVED"])
        gateway.kill()
        gateway.wait()
    lincoln.endpoint.manner = take
    with running(lincoln):
        until(lambda: "DELIVERED" in wall.stages(press))


def test_a_repeat_after_a_restart_is_answered_from_the_disk_and_not_reported_twice(
    lincoln: School,
) -> None:
    wall, press = Wall(lincoln), alert("100")
    with running(lincoln):
        wall.press(press)
        until(lambda: wall.stages(press) == ["RECEIVED", "DELIVERED"])
    with running(lincoln):
        wall.heard.clear()
        wall.press(press)
        until(lambda: "DELIVERED" in wall.stages(press))
        assert len(lincoln.endpoint.bodies) == 1


def test_rubbish_on_an_alert_topic_is_an_alert_and_the_next_press_is_on_time(
    lincoln: School,
) -> None:
    with running(lincoln):
        wall, press = Wall(lincoln), alert("101")
        for _ in range(1000):
            wall.press(b"\x00\x1b[31m{", unit="lincoln-100")
        wall.press(press)
        until(lambda: "DELIVERED" in wall.stages(press), within=3)
        shown = {each["room"]["id"]: each for each in lincoln.endpoint.reports()[-1]["alerts"]}
        assert (len(shown), shown["100"]["verified"]) == (2, False)
        assert "\x1b" not in lincoln.log.read_text()


def test_a_gateway_that_starts_on_a_dead_disk_still_reports_and_tells_the_unit(
    lincoln: School,
) -> None:
    settings = lincoln.settings()
    settings["store"]["path"] = "gateway.toml/tocsin.db"
    lincoln.write(settings)
    with running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: wall.stages(press) == ["DELIVERED"])
        assert "trouble database" in lincoln.log.read_text()


def test_an_endpoint_that_comes_back_gets_what_it_missed_within_5_s(lincoln: School) -> None:
    lincoln.endpoint.manner = status(503, Retry_After="3600")
    with running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: len(lincoln.endpoint.bodies) >= 2, within=10)
        lincoln.endpoint.manner = take
        until(lambda: "DELIVERED" in wall.stages(press), within=5.5)


def test_a_named_person_closes_an_incident_and_its_units_hear_it(lincoln: School) -> None:
    with running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: "DELIVERED" in wall.stages(press))
        shown = lincoln.call("status").stdout.splitlines()
        (line,) = [each for each in shown if each.startswith("incident")]
        closed = lincoln.call("close", line.split()[1], "--by", "Officer Day")
        assert closed.returncode == 0, closed.stderr
        until(lambda: "CLOSED" in wall.stages(press))
        until(lambda: lincoln.endpoint.reports()[-1]["events"][-1:] != [])
        assert lincoln.endpoint.reports()[-1]["events"][-1]["by"] == "Officer Day"


def test_a_named_person_splits_and_joins_incidents_at_the_terminal(lincoln: School) -> None:
    with running(lincoln):
        wall, presses = Wall(lincoln), [alert("100"), alert("101")]
        for press in presses:
            wall.press(press)
        until(lambda: all(wall.stages(each)[-1:] == ["DELIVERED"] for each in presses))
        (whole,) = incidents(lincoln)
        refused = lincoln.call("split", whole, "100", "101", "--by", "Ms Hill")
        assert (refused.returncode, refused.stderr[:26]) == (1, "name some of the rooms, no")
        parted = lincoln.call("split", whole, "101", "--by", "Ms Hill")
        until(lambda: len(incidents(lincoln)) == 2)
        apart = parted.stdout.split()[-1]
        assert {whole, apart} == incidents(lincoln)
        assert lincoln.call("join", apart, apart, "--by", "Ms Hill").returncode == 1
        assert lincoln.call("join", apart, whole, "--by", "Ms Hill").returncode == 0
        until(lambda: incidents(lincoln) == {whole})


def incidents(school: School) -> set[str]:
    """The open incidents that `status` lists."""
    lines = school.call("status").stdout.splitlines()
    return {each.split()[1] for each in lines if each.startswith("incident")}


def test_settings_with_faults_start_nothing_and_tell_every_fault_with_its_line(
    lincoln: School,
) -> None:
    settings = lincoln.settings()
    settings["site"]["nmae"] = "Lincoln"
    settings["mqtt"]["url"] = "mqtt://10.0.0.1:1883"
    lincoln.write(settings)
    refused = lincoln.call("run")
    assert refused.returncode == 78
    assert 'line 9: site.nmae: unknown setting; did you mean "name"?' in refused.stderr
    assert "use mqtts://" in refused.stderr


def test_a_running_gateway_keeps_its_good_settings_when_handed_bad_ones(lincoln: School) -> None:
    with running(lincoln) as gateway:
        wall, press = Wall(lincoln), alert("100")
        (lincoln.folder / "rooms.csv").write_text("rubbish\n")
        gateway.send_signal(signal.SIGHUP)
        until(lambda: "the last good settings stay in force" in lincoln.log.read_text())
        wall.press(press)
        until(lambda: "DELIVERED" in wall.stages(press))
        assert lincoln.endpoint.reports()[-1]["alerts"][0]["verified"] is True


def test_a_reload_takes_a_new_room_into_the_register(lincoln: School) -> None:
    with running(lincoln) as gateway:
        wall, press = Wall(lincoln), alert("999")
        with (lincoln.folder / "rooms.csv").open("a") as rooms:
            rooms.write("999,Chapel,Main,1,lincoln-999,,,\n")
        gateway.send_signal(signal.SIGHUP)
        until(lambda: "settings read again" in lincoln.log.read_text())
        wall.press(press)
        until(lambda: lincoln.endpoint.bodies)
        assert lincoln.endpoint.reports()[-1]["alerts"][0]["room"]["name"] == "Chapel"


def test_a_gateway_ends_within_two_seconds_when_it_is_asked_to(lincoln: School) -> None:
    with running(lincoln) as gateway:
        began = time.monotonic()
        gateway.send_signal(signal.SIGTERM)
        assert gateway.wait(timeout=patience(5)) == 0
        assert time.monotonic() - began < patience(2.5)


@pytest.mark.alone
def test_a_gateway_at_rest_stays_small_and_costs_nearly_nothing(lincoln: School) -> None:
    with running(lincoln) as gateway:
        began, spent = time.monotonic(), _cpu(gateway.pid)
        until(lambda: time.monotonic() - began > 5, within=10, every=1.0)
        busy = (_cpu(gateway.pid) - spent) / (time.monotonic() - began)
        assert busy < patience(0.02)
        resident = Path(f"/proc/{gateway.pid}/status").read_text().split("VmRSS:")[1].split()[0]
        assert int(resident) < 70_000


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
