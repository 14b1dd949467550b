"""Five hundred rooms at once, to alarm receivers as far away as they are in life.  Real processes.

    scripts/test tests/gateway/test_dc09_storm.py -s

prints the figures that docs/figures.md shows.
"""

import time
from pathlib import Path

import pytest

from tests.gateway.arc import DistantArc
from tests.gateway.core import alert
from tests.gateway.dc09_school import centre
from tests.gateway.school import Wall, running
from tests.waiting import patience, until
from wire.stage import Stage

ROOMS = 500


def solid(wall: Wall) -> set[str]:
    """The alerts whose lamps are solid."""
    wall.stages(alert("100"))
    return {news.alert for news in wall.heard if news.stage >= Stage.DELIVERED}


@pytest.mark.alone
@pytest.mark.parametrize(("away", "within"), [(0.010, 5.0), (0.040, 15.0)])
@pytest.mark.parametrize("keeps", [True, False], ids=["keeps", "closes"])
def test_every_lamp_is_solid_in_time(
    tmp_path: Path, away: float, within: float, keeps: bool
) -> None:
    with (
        DistantArc(away, keeps=keeps) as arc,
        centre(tmp_path, arc.url, rooms=ROOMS) as lincoln,
        running(lincoln),
    ):
        wall, presses = Wall(lincoln), [alert(str(100 + room)) for room in range(ROOMS)]
        until(lambda: arc.frames, 10)
        began = time.monotonic()
        for press in presses:
            wall.press(press)
        until(lambda: len(solid(wall)) == ROOMS, within=4 * within)
        took = time.monotonic() - began
    print(f"\n{away * 1000:.0f} ms: last lamp {took:.1f} s, {arc.connections} connections")
    print(f"{len(arc.frames)} frames, at most {arc.most_at_once} at once")
    if keeps:
        assert took < patience(within)
        assert arc.connections < 5
