"""A camera that streams H.264 over RTSP: `python -m bench.film FOLDER PORT`, on loopback.

Makes a film of a minute in FOLDER and plays it to each who asks.  Needs the extras `video`, `test`.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final, cast

import av
from aio_rtsp_toolkit.server import serve
from av.video.stream import VideoStream

NAME: Final = "hall.mp4"
RATE: Final = 15


def film(
    path: Path,
    seconds: int = 60,
    between_key_frames: float = 1.0,
    wide: int = 640,
    coder: str = "libx264",
) -> None:
    """A film whose brightness moves, so that no two pictures of a second are alike."""
    high = wide * 9 // 16
    with av.open(str(path), "w") as file:
        stream = cast(VideoStream, file.add_stream(coder, rate=RATE))
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        gop = str(round(RATE * between_key_frames))
        stream.options = {"g": gop, "tune": "zerolatency", "preset": "ultrafast"}
        if coder == "libx265":
            stream.options |= {"x265-params": "log-level=none"}
        for number in range(RATE * seconds):
            frame = av.VideoFrame(wide, high, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number * 7 % 200 + 20]) * plane.buffer_size)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    if not (folder / NAME).exists():
        film(folder / NAME)
    asyncio.run(serve(str(folder), "127.0.0.1", port, control_port=None))


if __name__ == "__main__":
    main()
