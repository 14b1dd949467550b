"""H43 to H45: one unit that tells more than everybody else; another one's press is delivered."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gateway.endpoint import Handler, take
from tests.hostile.deployment import SITE, A, B, Deployment, press_of
from tests.hostile.intruder import intruder
from tests.police.school import Receiver, receiving
from tests.waiting import patience, until
from wire.codec import encode
from wire.topics import alert_topic

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# More than a receipt could name, and than a receiver takes in one report.
ALERTS = 11_000
AT_ONCE = 100


@contextmanager
def flooding(lincoln: Deployment, alerts: int) -> Iterator[threading.Thread]:
    """Meanwhile A makes up alerts, a thousand a second at most, and signs none.

    It ends with its test, also with one that fails.
    """
    over = threading.Event()
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")

        def flood() -> None:
            for _ in range(alerts // AT_ONCE):
                for _ in range(AT_ONCE):
                    thief.publish(alert_topic(SITE, A), encode(press_of(A)), qos=0)
                if over.wait(AT_ONCE / 1000):
                    return

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            yield thread
        finally:
            over.set()
            thread.join()


@contextmanager
def reporting_to(lincoln: Deployment, receiver: Receiver) -> Iterator[None]:
    """Meanwhile the gateway reports to a real receiver."""
    config, before = lincoln.made.config, lincoln.made.config.read_text()
    config.write_text(before.replace(lincoln.endpoint.url, f"{receiver.url}/reports"))
    lincoln.restart_gateway()
    try:
        yield
    finally:
        config.write_text(before)
        lincoln.restart_gateway()


def test_h43_a_unit_that_makes_up_11000_alerts_keeps_no_other_from_the_police(
    lincoln: Deployment, tmp_path: Path
) -> None:
    with receiving(tmp_path) as receiver, reporting_to(lincoln, receiver):
        with flooding(lincoln, ALERTS) as flood:
            took = [lincoln.delivered(B)]
            while flood.is_alive() and max(took) < patience(5.0):
                took.append(lincoln.delivered(B))
        assert max(took) < patience(5.0), took
        assert lincoln.delivered(B) < patience(5.0)
        lincoln.close()


def by_officer_day(lincoln: Deployment) -> list[str]:
    """What the newest report tells of what that person did."""
    events = lincoln.endpoint.reports()[-1]["events"]
    return [each["what"] for each in events if each["by"] == "Officer Day"]


def test_h44_repeats_push_no_persons_line_out_of_the_report(lincoln: Deployment) -> None:
    alert = press_of(A)
    lincoln.press(A, alert)
    incident = lincoln.endpoint.reports()[-1]["incident"]["id"]
    said = lincoln.made.gateway("acknowledge", incident, "--by", "Officer Day")
    assert said.returncode == 0, said.stderr
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        for presses in range(2, 602):
            again = press_of(A, alert=alert.alert, presses=presses)
            thief.publish(alert_topic(SITE, A), encode(again))
        until(lambda: (lincoln.told(alert.alert) or {}).get("presses") == 601, 20)
    until(lambda: by_officer_day(lincoln) == ["acknowledge"], 20)
    assert lincoln.delivered(B) < patience(5.0)
    lincoln.close()


def test_h45_what_a_receiver_refuses_for_ever_holds_no_other_room_up(lincoln: Deployment) -> None:
    def choosy(handler: Handler, body: bytes) -> None:
        if any(each["unit"] == A for each in json.loads(body)["alerts"]):
            handler.answer(422, b"alerts: an id that this receiver does not like")
        else:
            take(handler, body)

    lincoln.endpoint.manner = choosy
    with flooding(lincoln, 3000) as flood:
        took = [lincoln.delivered(B)]
        while flood.is_alive():
            took.append(lincoln.delivered(B))
    took.append(lincoln.delivered(B))
    assert max(took) < patience(5.0), took
    refused = len(lincoln.endpoint.bodies)
    lincoln.endpoint.manner = take
    until(lambda: (lincoln.told(None, refused) or {}).get("unit") == A, 20)
    lincoln.close()
