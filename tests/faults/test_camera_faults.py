"""F29: cameras may do what they like; an alert does not wait for them."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.cameras.webcam import Caller, WebCamera
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.waiting import until


def hang(caller: Caller) -> None:
    caller.wait()


def deny(caller: Caller) -> None:
    caller.say(404, b"")


def flood(caller: Caller) -> None:
    """A gigabyte, as fast as it is taken."""
    caller.send_response(200)
    caller.send_header("Content-Type", "image/jpeg")
    caller.send_header("Content-Length", str(10**9))
    caller.end_headers()
    while not caller.wait(0.0):
        caller.wfile.write(bytes(65536))


MANNERS = (hang, deny, flood)


@pytest.fixture
def filmed(school: School) -> Iterator[School]:
    """The room has twenty cameras, each with bad manners, and their process runs."""
    with ExitStack() as stack:
        cameras = [stack.enter_context(WebCamera(MANNERS[n % 3])) for n in range(20)]
        school.more["camera"] = [
            {"id": f"camera-{n}", "rooms": ["204"], "source": camera.url, "allow_local": True}
            for n, camera in enumerate(cameras)
        ]
        path = school.write_gateway()
        command = "import sys; from gateway.main import main; sys.exit(main())"
        school.run("cameras", "-c", command, "cameras", "--config", path)
        until(lambda: all(camera.connections for camera in cameras), within=20)
        yield school


@pytest.mark.parametrize("state", ["bad manners", "frozen process"])
def test_f29_an_alert_waits_for_no_camera_and_its_report_says_why_there_is_no_picture(
    filmed: School, state: str
) -> None:
    if state == "frozen process":
        filmed.signal("cameras", signal.SIGSTOP)
    filmed.start()
    filmed.press()
    filmed.until("DELIVERED", 5)
    keep("F29", f"at the police, {state}", filmed.check(3), 3)
    until(lambda: _silent(filmed) == 20, within=10)
    told = next(at for at, report in filmed.reports() if len(report["silent_cameras"]) == 20)
    keep("F29", f"told that there is no picture, {state}", told - filmed.presses()[0], 5)


def _silent(school: School) -> int:
    return max((len(report["silent_cameras"]) for _, report in school.reports()), default=0)
