"""What a start asks of a disk: one that hangs must not hold the start up for ever.

A slow disk is no dead one, and a large database takes its time: what counts is that nothing moves.
"""

import errno
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from service.starting import work_done
from wire.ids import Seconds

# A card that tidies itself up may stand still for a second or two.
_STILL: Final = Seconds(5.0)
_LOOK_EVERY: Final = Seconds(0.25)
# Of the processor, in so long: beside this call next to nothing runs yet.
_LEAST_BUSY: Final = 0.005

T = TypeVar("T")


def ask_disk(
    action: Callable[[], T],
    raises: tuple[type[Exception], ...],
    late: Callable[[T], None] = lambda _: None,
    still: Seconds = _STILL,
) -> T:
    """Return what `action` returns, in a thread of its own, or raise what it `raises`.

    Raises TimeoutError, an OSError, once nothing has moved in this process for `still` seconds;
    what `action` returns after that is for `late`.
    """
    call = _Call(action, raises, late)
    threading.Thread(target=call.run, name="slow-disk", daemon=True).start()
    before, stood = work_done(), 0.0
    while not call.ended.wait(_LOOK_EVERY):
        now = work_done()
        stood = 0.0 if now.has_moved(before, _LEAST_BUSY) else stood + _LOOK_EVERY
        before = now
        if stood >= still and call.abandon():
            raise TimeoutError(errno.ETIMEDOUT, f"the disk has not answered for {still:g} s")
    return call.outcome()


class _Call(Generic[T]):
    def __init__(
        self,
        action: Callable[[], T],
        raises: tuple[type[Exception], ...],
        late: Callable[[T], None],
    ) -> None:
        self.ended = threading.Event()
        self._action = action
        self._raises = raises
        self._late = late
        self._lock = threading.Lock()
        self._abandoned = False
        self._returned: list[T] = []
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._end(self._action())
        except self._raises as error:
            self._error = error
        finally:
            self.ended.set()

    def abandon(self) -> bool:
        """Wait for it no more; False if it has ended just now."""
        with self._lock:
            self._abandoned = not self._returned and not self.ended.is_set()
            return self._abandoned

    def outcome(self) -> T:
        if self._returned:
            return self._returned[0]
        raise self._error or RuntimeError("a call to the disk failed; its traceback is above")

    def _end(self, returned: T) -> None:
        with self._lock:
            if not self._abandoned:
                self._returned.append(returned)
        if self._abandoned:
            self._late(returned)
