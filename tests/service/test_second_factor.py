"""A code opens once, a recovery code too, and nobody else's opens anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.login import House, code_of, set_up
from wire.ids import Wall

NOW = 1_800_000_000.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_a_code_opens_once_whoever_read_it_over_a_shoulder(house: House) -> None:
    secret, _ = set_up(house, "hill", NOW - 300)
    code = code_of(secret, NOW)
    assert house.factors.use("hill", f" {code[:3]} {code[3:]} ", Wall(NOW))
    assert not house.factors.use("hill", code, Wall(NOW + 1))


def test_a_code_before_one_that_was_used_opens_nothing_any_more(house: House) -> None:
    secret, _ = set_up(house, "hill", NOW - 300)
    assert house.factors.use("hill", code_of(secret, NOW), Wall(NOW))
    assert not house.factors.use("hill", code_of(secret, NOW - 30), Wall(NOW))


@pytest.mark.parametrize(("apart", "opens"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_telephone_s_clock_may_be_a_step_off_and_no_more(
    house: House, apart: int, opens: bool
) -> None:
    secret, _ = set_up(house, "hill", NOW - 300)
    assert house.factors.use("hill", code_of(secret, NOW + apart), Wall(NOW)) is opens


def test_the_code_that_set_it_up_opens_nothing(house: House) -> None:
    secret, _ = set_up(house, "hill", NOW)
    assert not house.factors.use("hill", code_of(secret, NOW), Wall(NOW))


def test_a_recovery_code_opens_once_in_any_writing(house: House) -> None:
    _, codes = set_up(house, "hill", NOW)
    assert house.factors.use("hill", f" {codes[0].upper()} ", Wall(NOW))
    assert not house.factors.use("hill", codes[0], Wall(NOW))
    assert house.factors.recovery_left("hill") == 9


def test_new_recovery_codes_take_the_place_of_the_old_ones(house: House) -> None:
    _, before = set_up(house, "hill", NOW)
    house.factors.renew_recovery("hill")
    assert not house.factors.use("hill", before[0], Wall(NOW))


def test_nobody_else_s_code_opens_anything(house: House) -> None:
    secret, codes = set_up(house, "hill", NOW - 300)
    set_up(house, "ito", NOW - 300)
    for code in (code_of(secret, NOW), codes[0], "", "000000", "²²²²²²", "x" * 10_000):
        assert not house.factors.use("ito", code, Wall(NOW))


def test_a_secret_counts_only_once_a_code_of_it_was_given(house: House) -> None:
    house.factors.offer(b"s")
    assert house.factors.take(b"s", "hill", "000000", Wall(NOW)) is None
    assert not house.factors.has("hill")


def test_no_recovery_code_stands_in_the_file(house: House) -> None:
    _, codes = set_up(house, "hill", NOW)
    assert not any(code.encode() in house.path.read_bytes() for code in codes)
