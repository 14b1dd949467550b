"""The memory that cameras' pictures share: who goes on, who waits, who is given up."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from gateway.cameras.picture_memory import FREE, LONGEST_DECODE_S, MOST, PictureMemory, Share
from gateway.cameras.sources.source import CameraError
from tests.waiting import patience, until

LARGE = MOST + FREE


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def asked(memory: PictureMemory) -> tuple[Share, threading.Event]:
    """A camera that is asked, and whether its connection was cut."""
    share, cut = memory.share(), threading.Event()
    share.begin(cut.set)
    return share, cut


def test_a_small_picture_never_waits() -> None:
    memory = PictureMemory()
    (large, cut), (small, _) = asked(memory), asked(memory)
    large.hold(LARGE)
    small.hold(FREE)
    assert not cut.is_set()


def test_one_picture_may_be_larger_than_all_may_be_together() -> None:
    share, _ = asked(PictureMemory())
    share.hold(2 * LARGE)


def test_a_large_picture_that_stalls_gives_way_to_one_that_waits(
    threads: ThreadPoolExecutor,
) -> None:
    memory = PictureMemory()
    (stalls, cut), (waits, _) = asked(memory), asked(memory)
    stalls.hold(LARGE)
    going_on: Future[None] = threads.submit(waits.hold, 2 * FREE)
    assert cut.wait(patience(3))
    going_on.result(patience(3))
    with pytest.raises(CameraError, match="beside those of other cameras"):
        stalls.hold(LARGE)


def test_who_waits_goes_on_once_the_larger_picture_is_small(threads: ThreadPoolExecutor) -> None:
    memory = PictureMemory()
    (first, cut), (second, _) = asked(memory), asked(memory)
    first.hold(LARGE)
    going_on = threads.submit(second.hold, 2 * FREE)
    first.keep(whole=LARGE)
    with first.decoder():
        assert not going_on.done()
    first.keep(whole=0)
    going_on.result(patience(3))
    assert not cut.is_set()


def test_a_camera_that_is_asked_anew_may_send_again(threads: ThreadPoolExecutor) -> None:
    memory = PictureMemory()
    (stalls, cut), (waits, _) = asked(memory), asked(memory)
    stalls.hold(LARGE)
    threads.submit(waits.hold, 2 * FREE).result(patience(5))
    waits.keep(whole=0)
    stalls.begin(cut.set)
    stalls.hold(LARGE)


def test_a_picture_whose_decoder_hangs_stops_no_other(threads: ThreadPoolExecutor) -> None:
    memory, end = PictureMemory(), threading.Event()
    hangs, (large, _) = memory.share(), asked(memory)
    hangs.keep(whole=LARGE)

    def decode(share: Share) -> None:
        with share.decoder():
            assert share is not hangs or end.wait(patience(30))

    hanging = threads.submit(decode, hangs)
    until(lambda: memory.line == [hangs])
    others = [threads.submit(decode, memory.share()) for _ in range(2)]
    for each in (*others, threads.submit(large.hold, 2 * FREE)):
        each.result(patience(LONGEST_DECODE_S + 3))
    end.set()
    hanging.result(patience(3))
    assert memory.line == []


def test_pictures_are_decoded_one_at_a_time_in_the_order_of_asking(
    threads: ThreadPoolExecutor,
) -> None:
    memory = PictureMemory()
    served: list[int] = []

    def decode(number: int, share: Share) -> None:
        with share.decoder():
            served.append(number)

    with memory.share().decoder():
        waiting = []
        for number in range(3):
            waiting.append(threads.submit(decode, number, memory.share()))
            until(lambda: len(memory.line) == number + 2)  # noqa: B023
        assert served == []
    for each in waiting:
        each.result(patience(3))
    assert served == [0, 1, 2]
