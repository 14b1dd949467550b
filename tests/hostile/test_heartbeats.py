"""A recorded heartbeat keeps no dead unit alive."""

import re
import threading

from tests.hostile.deployment import A, B, Deployment, beat_of
from tests.hostile.intruder import intruder
from tests.waiting import until


def lost(lincoln: Deployment) -> str:
    """The units that the gateway last said are lost."""
    told = re.findall(r"trouble units-lost[^\n]*", lincoln.log())
    return str(told[-1]) if told else ""


def test_h41_a_heartbeat_that_is_played_back_keeps_no_unit_alive(lincoln: Deployment) -> None:
    topic, beat = beat_of(A)
    seal, over = lincoln.seal(A, topic, beat), threading.Event()
    until(lambda: A in lost(lincoln), 30)
    with intruder(lincoln.identity(A)) as player:
        assert player.wait_for("connected")

        def play() -> None:
            while not over.wait(0.5):
                player.publish(topic, beat, seal=seal)

        playing = threading.Thread(target=play)
        playing.start()
        try:
            until(lambda: A not in lost(lincoln))
            until(lambda: A in lost(lincoln), 30)
        finally:
            over.set()
            playing.join()
    assert lincoln.press(B)["verified"]
