"""A process that lives says so; one that ended, or lived before the last boot, does not."""

import os
import time
from pathlib import Path

import pytest

from service.life_sign import NAME, LifeSign


def test_a_sign_is_young_when_it_was_just_given(tmp_path: Path) -> None:
    sign = LifeSign(tmp_path / "memory")
    assert sign.age() is None
    sign.give()
    age = sign.age()
    assert age is not None
    assert age < 1


def test_a_sign_that_is_not_given_again_grows_old(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(f"{time.monotonic() - 60:020.3f}\n")
    age = LifeSign(tmp_path).age()
    assert age is not None
    assert age == pytest.approx(60, abs=2)


def test_a_sign_whose_milliseconds_were_rounded_up_is_new_and_not_none(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(f"{time.monotonic() + 0.0009:024.6f}\n")
    assert LifeSign(tmp_path).is_young()


def test_a_process_that_ended_left_no_sign(tmp_path: Path) -> None:
    sign = LifeSign(tmp_path)
    sign.give()
    sign.take_back()
    assert sign.age() is None


def test_a_sign_from_before_the_last_boot_is_none_and_rubbish_neither(tmp_path: Path) -> None:
    for text in (f"{time.monotonic() + 1000:020.3f}\n", "rubbish", ""):
        (tmp_path / NAME).write_text(text)
        assert LifeSign(tmp_path).age() is None


def test_a_process_says_whether_its_disk_takes_what_it_writes(tmp_path: Path) -> None:
    sign = LifeSign(tmp_path)
    assert sign.stores()  # nothing is said of one that never was
    for stores in (True, False, True):
        sign.give(stores)
        assert (sign.is_young(), sign.stores()) == (True, stores)
    (tmp_path / NAME).write_text(f"{time.monotonic():020.3f}\n")  # of an earlier release
    assert (sign.is_young(), sign.stores()) == (True, True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("is_read", [False, True])
def test_a_pipe_in_its_place_holds_nobody(tmp_path: Path, is_read: bool) -> None:
    os.mkfifo(tmp_path / NAME)
    other = os.open(tmp_path / NAME, os.O_RDWR if is_read else os.O_PATH)
    sign = LifeSign(tmp_path)
    sign.give()
    assert not sign.is_young()
    os.close(other)
