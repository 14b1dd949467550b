"""One thread that asks one camera when it is told to, and bounds what it gets.  Decides nothing.

Whatever a source or a picture does to this thread, the owner loop gets its event or misses it;
nobody waits for it.
"""

import queue
import threading
from collections.abc import Callable

from gateway.cameras.events import Failed, Pace, Took
from gateway.cameras.images.sanitize import sanitize
from gateway.cameras.picture_memory import Share
from gateway.cameras.sources.source import CameraError, Source
from service.events import CallbackFailed
from service.guard import guarded
from wire.clean import clean
from wire.ids import CameraId, Wall


class Worker:
    """`put` takes one Took or Failed for each `ask`, from the worker's own thread."""

    def __init__(
        self,
        camera: CameraId,
        number: int,
        source: Source,
        share: Share,
        put: Callable[[Took | Failed], None],
    ) -> None:
        self._camera = camera
        self._number = number
        self._source = source
        self._share = share
        self._put = put
        self._taken_at = Wall(0.0)
        self._orders: queue.SimpleQueue[Pace | None] = queue.SimpleQueue()
        self._ask_safely = guarded(self._ask, self._fail)
        self._close_safely = guarded(source.close, self._fail)
        threading.Thread(target=self._run, name=f"camera-{camera}-{number}", daemon=True).start()

    def ask(self, pace: Pace) -> None:
        """Have a picture taken."""
        self._orders.put(pace)

    def cut(self) -> None:
        """End the wait for a picture, if the source can."""
        self._source.cut()

    def retire(self) -> None:
        """End the thread as soon as it comes back, if ever."""
        self._orders.put(None)

    def _run(self) -> None:
        while pace := self._orders.get():
            self._ask_safely(pace)
        self._close_safely()
        self._share.leave()

    def _ask(self, pace: Pace) -> None:
        try:
            jpeg = sanitize(self._taken(pace), self._share.decoder)
        except CameraError as error:
            self._put(Failed(self._camera, self._number, str(error)))
        else:
            self._put(Took(self._camera, self._number, jpeg, self._taken_at))
        finally:
            self._share.keep(0)

    def _taken(self, pace: Pace) -> bytes:
        """Return a picture that nothing else refers to: it may be large, and is soon not needed."""
        picture, self._taken_at = self._source.take(pace)
        return picture

    def _fail(self, failed: CallbackFailed) -> None:
        reason = f"the program failed, not the camera: {clean(failed.error, 80)}"
        self._put(Failed(self._camera, self._number, reason))
