"""Refusals are written down as they come, and a flood of them as a number."""

from service.login.refusals import FREE, Refusals
from wire.ids import Monotonic


def mono(seconds: float) -> Monotonic:
    return Monotonic(seconds)


def test_the_first_of_a_peer_are_told_and_the_rest_is_counted() -> None:
    refusals = Refusals()
    told = [refusals.is_told("192.0.2.1", mono(n / 1000)) for n in range(8317)]
    assert told.count(True) == FREE
    assert list(refusals.due(mono(59))) == []
    assert list(refusals.due(mono(61))) == [("192.0.2.1", 8317 - FREE)]


def test_one_who_floods_hides_nobody_else_s() -> None:
    refusals = Refusals()
    for _ in range(1000):
        refusals.is_told("192.0.2.1", mono(0))
    assert refusals.is_told("192.0.2.2", mono(1))


def test_a_flood_from_ever_new_addresses_is_bounded_and_none_is_lost() -> None:
    refusals = Refusals()
    told = sum(refusals.is_told(f"192.0.2.{n}", mono(0)) for n in range(10_000))
    counted = sum(count for _, count in refusals.due(mono(61)))
    assert told <= 60
    assert told + counted == 10_000
