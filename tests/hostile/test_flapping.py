"""H72: a unit whose own troubles come and go several times a second."""

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

from gateway.config.settings import GatewaySettings
from gateway.core.supervision.damping import MOST
from service.settings import load
from tests.hostile.deployment import SITE, A, B, Deployment
from tests.hostile.intruder import intruder
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import BootId, RoomId, Seconds
from wire.messages import Heartbeat
from wire.topics import heartbeat_topic


@contextmanager
def flapping(lincoln: Deployment) -> Iterator[list[int]]:
    """Meanwhile A tells of a trouble, and then of none, as fast as it likes; yields how often."""
    topic, over, sent = heartbeat_topic(SITE, A), threading.Event(), [0]
    boot = BootId(str(uuid.uuid4()))
    with intruder(lincoln.identity(A)) as unit:
        assert unit.wait_for("connected")

        def tell() -> None:
            while not over.wait(0.3):
                sent[0] += 1
                troubles = (f"button-{sent[0]}",) if sent[0] % 2 else ()
                uptime = Seconds(0.3 * sent[0])
                said = Heartbeat(A, RoomId("204"), boot, sent[0], uptime, (), troubles)
                unit.publish(topic, encode(said), seal=lincoln.seal(A, topic, encode(said)))

        telling = threading.Thread(target=tell)
        telling.start()
        try:
            yield sent
        finally:
            over.set()
            telling.join()


def rows(lincoln: Deployment) -> list[tuple[float, float | None]]:
    store = load(lincoln.made.config, GatewaySettings).store.path
    sql = "SELECT started, ended FROM trouble WHERE name = 'units-in-trouble'"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5)) as db:
        return db.execute(sql).fetchall()


def test_h72_a_trouble_that_comes_and_goes_each_second_is_one_row_and_a_few_lines(
    lincoln: Deployment,
) -> None:
    before = len(rows(lincoln))
    with flapping(lincoln) as sent:
        took = [lincoln.delivered(B) for _ in range(3)]
        until(lambda: sent[0] >= 60, 60)
        took.append(lincoln.delivered(B))
    assert max(took) < patience(5.0), took
    told = lincoln.log().count("trouble units-in-trouble")
    assert 1 <= told <= MOST + 1, told
    assert len(rows(lincoln)) == before + 1
    lincoln.close()
