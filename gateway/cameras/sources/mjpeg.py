"""A stream of JPEGs over HTTP, `multipart/x-mixed-replace`, that never ends.

Boundaries and lengths are not believed, for cameras get them wrong or leave them out: a picture is
what begins and ends as a JPEG does.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from urllib3.exceptions import HTTPError

from gateway.cameras.events import Shot
from gateway.cameras.images.jpeg import NoEndError, NotJpegError, length_of, without_end
from gateway.cameras.sources.source import CameraError
from service.events import CallbackFailed
from service.guard import guarded
from wire.clean import clean
from wire.ids import Wall

_KIND: Final = "multipart/"
_BEGIN: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"
_CHUNK: Final = 65_536
_LONGEST_BLANKS: Final = 100
_END_WITHIN_S: Final = 1.0
_LONGEST_REASON: Final = 80
_OVER: Final = "the camera's stream has ended"
BREAKS_OFF: Final = "the camera's picture breaks off before its end"


class Body(Protocol):
    """The body of an answer, as urllib3 gives it."""

    def read1(self, amt: int, decode_content: bool) -> bytes:
        """Return what is there, at most `amt` bytes; waits for the first; empty at the end."""

    def close(self) -> None:
        """Close the connection."""


def is_stream(content_type: str) -> bool:
    """Tell a stream from a snapshot by what the camera says that it sends."""
    return content_type.strip().lower().startswith(_KIND)


Hold = Callable[[int], None]
"""Hears how many bytes are held now; waits for room for them, or raises CameraError."""


def _unshared(_size: int) -> None:
    """There is always room."""


class Pictures:
    """Finds pictures in what is fed to it, piece by piece; holds at most `largest` bytes."""

    def __init__(self, largest: int, hold: Hold = _unshared) -> None:
        self._largest = largest
        self._hold = hold
        self._held = bytearray()
        self._searched = 1
        self._head = b""
        self._began = Wall(0.0)
        self._idle = 0

    def feed(self, some: bytes, now: Wall) -> Shot | None:
        """Return the newest picture that `some` completes, taken when it began to come.

        Raises CameraError if too much came without one.
        """
        if self._held[:3] != _BEGIN:
            self._began = now
        if len(self._head) < len(_BEGIN):
            self._head = (self._head + some[:_LONGEST_BLANKS]).lstrip()
        self._hold(len(self._held) + len(some))
        self._held += some
        self._idle += len(some)
        newest = None
        while jpeg := self._next():
            newest, self._began, self._idle = Shot(jpeg, self._began), now, len(self._held)
        if self._idle > self._largest:
            raise CameraError(
                f"the camera sends more than {self._largest // 1_000_000} MB for a picture"
            )
        return newest

    @property
    def is_something_else(self) -> bool:
        """True if what comes begins neither with a picture nor with the boundary of a stream."""
        head = self._head
        return len(head) >= len(_BEGIN) and not head.startswith((_BEGIN, b"--"))

    def end(self) -> bytes | None:
        """Nothing follows: return the last picture, if it lacks its end marker."""
        return _without_end(bytes(self._held)) if self.breaks_off else None

    @property
    def breaks_off(self) -> bool:
        """True if what is held began as a picture, should nothing follow."""
        return self._held[:3] == _BEGIN

    def _next(self) -> bytes | None:
        while (begin := self._held.find(_BEGIN)) >= 0:
            self._drop(begin)
            if not self._may_be_whole():
                return None
            length, is_whole = self._length()
            if length is None:
                return None
            with memoryview(self._held) as held:
                jpeg = bytes(held[:length])
            self._drop(length or len(_BEGIN))  # 0: something else that begins so
            if length and (whole := jpeg if is_whole else _without_end(jpeg)):
                return whole
        self._drop(len(self._held) - len(_BEGIN) + 1)
        return None

    def _drop(self, length: int) -> None:
        if length > 0:
            del self._held[:length]
            self._searched = 1

    def _may_be_whole(self) -> bool:
        """True if an end or another beginning is there; searches no byte twice before that."""
        held, after = self._held, self._searched
        if held.find(_END, after) >= 0 or held.find(_BEGIN, after) >= 0:
            return True
        self._searched = max(1, len(held) - len(_BEGIN) + 1)
        return False

    def _length(self) -> tuple[int | None, bool]:
        """The length of what is held first, None if it grows, and whether it has its end."""
        try:
            return length_of(self._held), True
        except NoEndError as error:
            return error.at, False
        except NotJpegError:
            return 0, False


def _without_end(jpeg: bytes) -> bytes | None:
    try:
        return without_end(jpeg)
    except NotJpegError:
        return None


def first_picture(body: Body, largest: int, hold: Hold) -> bytes:
    """Read the first picture of a stream; raises CameraError, and what urllib3 raises."""
    pictures = Pictures(largest, hold)
    while some := body.read1(_CHUNK, decode_content=False):
        if shot := pictures.feed(some, Wall(0.0)):
            return shot.jpeg
    if jpeg := pictures.end():
        return jpeg
    raise CameraError(
        BREAKS_OFF if pictures.breaks_off else "the camera's stream ended before a picture"
    )


class MjpegStream:
    """Reads a stream in a thread of its own, so that its newest picture is new when asked for."""

    def __init__(self, body: Body, largest: int, hold: Hold = _unshared) -> None:
        self._body = body
        self._hold = hold
        self._pictures = Pictures(largest, self._hold_with_newest)
        self._news = threading.Condition()
        self._newest: Shot | None = None
        self._ended: Exception | None = None
        run = guarded(self._run, self._fail)
        self._thread = threading.Thread(target=run, name="mjpeg", daemon=True)
        self._thread.start()

    def next(self) -> Shot:
        """Wait for a picture that was not given yet; raises what ended the stream."""
        with self._news:
            self._news.wait_for(lambda: self._newest or self._ended)
            shot, self._newest = self._newest, None
            if shot is None:
                raise self._ended or CameraError(_OVER)
            return shot

    def close(self) -> None:
        """After the connection was cut: wait a little for the thread, then abandon it."""
        self._thread.join(_END_WITHIN_S)
        if not self._thread.is_alive():
            self._body.close()

    def _run(self) -> None:
        try:
            self._read()
        except (CameraError, HTTPError, OSError) as error:
            self._publish(None, error)
        else:
            self._publish(None, CameraError(_OVER))

    def _fail(self, failed: CallbackFailed) -> None:
        """The thread has died of a fault in the program: who waits for a picture must hear it."""
        reason = f"the program failed, not the camera: {clean(failed.error, _LONGEST_REASON)}"
        self._publish(None, CameraError(reason))

    def _read(self) -> None:
        while some := self._body.read1(_CHUNK, decode_content=False):
            if shot := self._pictures.feed(some, Wall(time.time())):
                self._publish(shot, None)
        if jpeg := self._pictures.end():
            self._publish(Shot(jpeg, Wall(time.time())), None)

    def _hold_with_newest(self, size: int) -> None:
        newest = self._newest
        self._hold(size + (len(newest.jpeg) if newest else 0))

    def _publish(self, shot: Shot | None, ended: Exception | None) -> None:
        with self._news:
            self._newest, self._ended = shot or self._newest, ended
            self._news.notify()
