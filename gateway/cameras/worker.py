"""One thread that asks one camera when it is told to, and bounds what it gets.  Decides nothing.

Whatever a source or a picture does to this thread, the owner loop hears of it or misses its
answer; nobody waits for it.
"""

import queue
import threading
import time
from collections.abc import Callable

from gateway.cameras.bound import bound
from gateway.cameras.events import Failed, Took
from gateway.cameras.source import CameraError, Source
from service.events import CallbackFailed
from service.guard import guarded
from wire.clean import clean
from wire.ids import CameraId, Wall


class Worker:
    """`put` takes one Took or Failed for each `ask`, from the worker's own thread."""

    def __init__(
        self, camera: CameraId, number: int, source: Source, put: Callable[[Took | Failed], None]
    ) -> None:
        self._camera = camera
        self._number = number
        self._source = source
        self._put = put
        self._orders: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._ask_safely = guarded(self._ask, self._fail)
        self._close_safely = guarded(source.close, self._fail)
        threading.Thread(target=self._run, name=f"camera-{camera}-{number}", daemon=True).start()

    def ask(self) -> None:
        """Have a picture taken."""
        self._orders.put(True)

    def cut(self) -> None:
        """End the wait for a picture, if the source can."""
        self._source.cut()

    def leave(self) -> None:
        """Have the thread end as soon as it comes back, if ever."""
        self._orders.put(False)

    def _run(self) -> None:
        while self._orders.get():
            self._ask_safely()
        self._close_safely()

    def _ask(self) -> None:
        taken_at = Wall(time.time())
        try:
            jpeg = bound(self._source.take())
        except CameraError as error:
            self._put(Failed(self._camera, self._number, str(error)))
        else:
            self._put(Took(self._camera, self._number, jpeg, taken_at))

    def _fail(self, failed: CallbackFailed) -> None:
        reason = f"this software failed: {clean(failed.error, 80)}"
        self._put(Failed(self._camera, self._number, reason))
