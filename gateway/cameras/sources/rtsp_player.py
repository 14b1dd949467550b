"""Plays one stream in a process of its own: `python -m gateway.cameras.sources.rtsp_player`.

Started by rtsp.py alone, or where systemd can by tocsin-player.socket, as a user of its own.  A
video decoder is the largest and most attacked code that a camera can
reach, and any call of it may hang; here it costs one camera's picture.

A line of JSON on stdin gives the address of a stream, because a login must never stand in a list of
processes; the stream is played until it ends, and the reason is sent.  Each other line asks for one
picture.  Nothing is decoded that nobody asked for.  Ends with stdin, and by the kernel's alarm once
nobody has ordered anything for long, in whatever library it hangs.  It writes nothing to stderr:
FFmpeg's messages hold the address.
"""

import contextlib
import json
import logging
import os
import queue
import resource
import signal
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import quote, urlsplit, urlunsplit

import av
from av.container import InputContainer
from certifi import where

from gateway.cameras.sources.player_protocol import (
    FINAL_REASON,
    NEWEST,
    PICTURE,
    REASON,
    Answer,
    send,
)
from gateway.cameras.sources.stream_faults import ENDED, SILENCE_S, SILENT, in_words
from service.memory_file import in_memory

_CONNECT_S: Final = 8.0
# Key frames cost a tenth of what all frames cost; where they come more seldom, all are decoded.
_KEY_FRAMES_WITHIN_S: Final = 2.0
# As settings.py says of every picture: 8K, and no more.
_MOST_PIXELS: Final = 40_000_000
# Coded pictures since the last key frame; a camera that sends more is waited for, to send one.
_MOST_HELD: Final = 8_000_000
_LONGEST_SIDE: Final = 1280
# Best is 2: a picture of 1280 x 720 becomes about 100 kB.
_QUALITY: Final = 5
# Addresses, of which 4K needs 270 MB; a camera that wants more ends its own player alone.
_MEMORY: Final = 700_000_000
# Who still plays for somebody hears from it each few seconds.
_FORGOTTEN_S: Final = 60
# What FFmpeg says before it goes where a camera sends it.
_REDIRECTS: Final = "Redirecting to"
# Without these FFmpeg probes a stream for seconds before its first picture.
_PROBE: Final = {"probesize": "32", "analyzeduration": "0"}


class StreamError(Exception):
    """The stream gives no picture; in words without address or login."""


class Redirects(logging.Handler):
    """Ends the process before FFmpeg follows a redirect, which no option of FFmpeg forbids.

    The address of a camera was judged before this process heard of it; what a camera names
    instead was not.
    """

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """Handle a log record of FFmpeg, in FFmpeg's own thread."""
        if _REDIRECTS in record.getMessage():
            send(
                self._out,
                Answer(
                    FINAL_REASON, 0.0, b"the camera redirects; give its final address as source"
                ),
            )
            os._exit(0)


class Orders:
    """What the parent asks for: taken from stdin by a thread, which ends the process with it."""

    def __init__(self, stdin: BinaryIO) -> None:
        self._stdin = stdin
        self.streams: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self.wanted: bytes | None = None
        threading.Thread(target=self._run, name="orders", daemon=True).start()

    def _run(self) -> None:
        while line := self._stdin.readline():
            signal.alarm(_FORGOTTEN_S)
            if line.startswith(b"{"):
                self.streams.put(json.loads(line))
            else:
                self.wanted = line
        os._exit(0)  # the other thread may hang in a library


class PlayedStream:
    """An open stream, decoded only as far as pictures are asked for."""

    def __init__(self, container: InputContainer) -> None:
        self._packets = container.demux(container.streams.video[0])
        self._decoder: Any = container.streams.video[0].codec_context
        self._decoder.thread_count = 1
        if self._decoder.width * self._decoder.height > _MOST_PIXELS:
            raise StreamError("the camera's picture is too big to decode")
        self._held: list[Any] = []
        self._size = 0
        self._shown_at = float("-inf")
        self._heard_at = time.time()

    def play(self, orders: Orders, out: BinaryIO) -> None:
        """Answer orders until the stream ends; raises StreamError, av's errors and OSError."""
        for packet in self._packets:
            if not packet.size:
                break  # how PyAV says that nothing follows
            # FFmpeg knows a frame's end by the next one's begin: it came when that before did.
            came, self._heard_at = self._heard_at, time.time()
            if self._heard_at - came >= SILENCE_S:
                raise StreamError(SILENT)
            self._hold(packet)
            if orders.wanted and self._is_due(packet, orders.wanted):
                jpeg = self._decode()
                if jpeg:
                    orders.wanted = None
                    self._shown_at = time.monotonic()
                    send(out, Answer(PICTURE, came, jpeg))

    def _hold(self, packet: Any) -> None:
        if packet.is_keyframe:
            self._held, self._size = [], 0
        self._size += packet.size
        if self._size <= _MOST_HELD:
            self._held.append(packet)

    def _is_due(self, packet: Any, wanted: bytes) -> bool:
        waited = time.monotonic() - self._shown_at
        return packet.is_keyframe or wanted == NEWEST or waited >= _KEY_FRAMES_WITHIN_S

    def _decode(self) -> bytes:
        frame = None
        with contextlib.suppress(av.error.InvalidDataError):  # its next key frame mends it
            for packet in self._held:
                frame = (self._decoder.decode(packet) or [frame])[-1]
        self._held = []
        return _jpeg(frame) if frame else b""


def main() -> None:
    """Play one stream after the other until stdin ends."""
    _be_bounded()
    logging.getLogger("libav").addHandler(Redirects(sys.stdout.buffer))
    logging.getLogger("libav").setLevel(logging.INFO)
    orders = Orders(sys.stdin.buffer)
    while True:
        reason = _play(orders.streams.get(), orders, sys.stdout.buffer)
        send(sys.stdout.buffer, Answer(REASON, 0.0, reason.encode()))


def _play(stream: dict[str, str], orders: Orders, out: BinaryIO) -> str:
    """Play a stream until it ends, and return why it did."""
    try:
        with _opened(stream) as container:
            PlayedStream(container).play(orders, out)
    except StreamError as error:
        return str(error)
    except (av.error.FFmpegError, OSError, ValueError, LookupError) as error:
        return in_words(error, stream)
    return ENDED


def _be_bounded() -> None:
    """Be the first that the OOM killer ends, and leave no picture behind in a core dump."""
    signal.alarm(_FORGOTTEN_S)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _opened(stream: dict[str, str]) -> InputContainer:
    options = {**_PROBE, "rtsp_transport": "tcp", "allowed_media_types": "video"}
    timeout = (_CONNECT_S, SILENCE_S)
    av.logging.set_level(av.logging.INFO)
    try:
        with in_memory(stream["ca"]) as ours:
            if stream["url"].startswith("rtsps:"):
                options |= {"tls_verify": "1", "ca_file": str(ours) if stream["ca"] else where()}
            container = av.open(_address(stream), format="rtsp", options=options, timeout=timeout)
    finally:
        av.logging.set_level(None)
    if not container.streams.video:
        raise StreamError("the camera's stream holds no video")
    return container


def _address(stream: dict[str, str]) -> str:
    if not stream["user"]:
        return stream["url"]
    parts = urlsplit(stream["url"])
    login = f"{quote(stream['user'], safe='')}:{quote(stream['password'], safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))


def _jpeg(frame: Any) -> bytes:
    share = min(1.0, _LONGEST_SIDE / max(frame.width, frame.height))
    wide, high = (max(2, round(side * share / 2) * 2) for side in (frame.width, frame.height))
    coder: Any = av.CodecContext.create("mjpeg", "w")
    coder.width, coder.height, coder.pix_fmt = wide, high, "yuvj420p"
    coder.time_base, coder.thread_count = Fraction(1), 1
    coder.qmin = coder.qmax = _QUALITY
    picture = frame.reformat(width=wide, height=high, format="yuvj420p")
    picture.pts = None
    return b"".join(bytes(each) for each in coder.encode(picture))


if __name__ == "__main__":
    main()
