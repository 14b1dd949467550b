"""The heartbeat: every 10 s, at once when a trouble comes or goes, never a flood."""

from dataclasses import replace

from device.debounce import STUCK, begin, edge, sample
from device.health import Health
from tests.device.fakes import BOOT, ROOM, UNIT
from wire.ids import Monotonic, Seconds
from wire.messages import Heartbeat
from wire.stage import Stage

REST = begin(Monotonic(0.0))


def health(now: float = 0.0) -> Health:
    return Health(UNIT, ROOM, BOOT, ["gateway-1", "gateway-2"], Monotonic(now))


def tick(unit: Health, now: float, *troubles: str) -> Heartbeat | None:
    return unit.tick(Monotonic(now), troubles, 3, ())


def found(unit: Health, now: float) -> tuple[str, ...]:
    return unit.troubles(Monotonic(now), REST, ())


def test_a_heartbeat_comes_at_the_start_and_every_10_s() -> None:
    unit = health()
    beats = [now / 10 for now in range(301) if tick(unit, now / 10)]
    assert beats == [0.0, 10.0, 20.0, 30.0]


def test_the_heartbeat_tells_seq_and_uptime() -> None:
    unit = health(5.0)
    expected = Heartbeat(UNIT, ROOM, BOOT, 3, Seconds(2.0), (), ("clock",))
    assert unit.tick(Monotonic(7.0), ("clock",), 3, ()) == expected


def test_a_trouble_is_told_as_it_comes_and_as_it_goes() -> None:
    unit = health()
    tick(unit, 0.0)
    assert tick(unit, 3.0, "journal")
    assert tick(unit, 4.5)
    assert tick(unit, 5.0) is None


def test_a_flickering_trouble_is_told_once_a_second_at_most() -> None:
    unit = health()
    told = [n for n in range(1000) if tick(unit, n / 100, *(["journal"] if n % 2 else []))]
    assert len(told) <= 10


def test_a_gateway_is_lost_after_5_s_without_a_link() -> None:
    unit = health()
    unit.link_up("gateway-1", Monotonic(1.0))
    assert found(unit, 4.9) == ()
    assert found(unit, 5.0) == ("gateway-2-lost",)
    unit.link_up("gateway-2", Monotonic(6.0))
    unit.link_down("gateway-1", Monotonic(7.0))
    unit.link_down("gateway-1", Monotonic(11.0))
    assert found(unit, 12.0) == ("gateway-1-lost",)


def test_a_gateway_that_nobody_listens_behind_is_lost_until_it_speaks() -> None:
    unit = health()
    for link in ("gateway-1", "gateway-2"):
        unit.link_up(link, Monotonic(0.0))
    unit.unheard("gateway-1", Monotonic(10.0))
    assert found(unit, 10.0) == ("gateway-1-lost",)
    unit.heard("gateway-1")
    assert found(unit, 10.1) == ()


def test_a_gateway_is_back_when_heartbeats_are_no_longer_refused() -> None:
    unit = health()
    unit.link_up("gateway-1", Monotonic(0.0))
    unit.unheard("gateway-1", Monotonic(1.0))
    assert "gateway-1-lost" not in found(unit, 30.0)


def test_a_link_that_comes_up_is_greeted_with_a_heartbeat() -> None:
    unit = health()
    tick(unit, 0.0)
    unit.link_up("gateway-1", Monotonic(2.0))
    assert tick(unit, 2.0)


def test_what_is_late_is_a_trouble_by_name() -> None:
    late = health().troubles(Monotonic(0.0), REST, {Stage.RECEIVED, Stage.DELIVERED})
    assert late == ("not-delivered", "not-received")


def test_a_stuck_button_and_a_deaf_one_are_troubles() -> None:
    contact, _ = edge(REST, Monotonic(1.0), True)
    for at in (1.016, 1.020):
        contact, _ = sample(contact, Monotonic(at), True)
    stuck = health().troubles(Monotonic(1.0 + STUCK), replace(contact, edge_missed=True), ())
    assert {"stuck-button", "no-edges"} <= set(stuck)
