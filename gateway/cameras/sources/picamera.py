"""A camera on the Pi's own connector, over picamera2, which comes from Debian and never from pip.

picamera2 can hang for ever in any call, and cannot be cut (docs/decisions/picamera.md): the owner
loop then abandons the worker.
"""

import importlib
import io
import time
from typing import Any, Final

from gateway.cameras.events import Pace, Shot
from gateway.cameras.sources.source import CameraError
from wire.clean import clean
from wire.ids import Wall

_SIZE: Final = (1280, 720)
# Enough for a fresh picture each second, and little for the Pi to do.
_FRAMES_A_SECOND: Final = 5
_WAIT_S: Final = 3.5
_LACKING: Final = "picamera2 is not installed: `apt install python3-picamera2`"


class PiCamera:
    """Camera `number` as `rpicam-hello --list-cameras` counts them; opened when first asked."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._camera: Any = None

    def take(self, _pace: Pace) -> Shot:
        """Return the picture of this moment; raises CameraError."""
        asked = Wall(time.time())
        try:
            self._camera = self._camera or _opened(self._number)
            out = io.BytesIO()
            self._camera.capture_file(out, format="jpeg", wait=_WAIT_S)
        except ImportError as error:
            raise CameraError(_LACKING) from error
        except (OSError, RuntimeError, LookupError, ValueError) as error:
            self.close()
            said = clean(f"{type(error).__name__} {error}", 80)
            raise CameraError(
                f"the camera cannot be opened; is it connected, and free? picamera2: {said}"
            ) from error
        return Shot(out.getvalue(), asked)

    def cut(self) -> None:
        """Nothing: picamera2 cannot be interrupted."""

    def close(self) -> None:
        """Free the camera for the next who asks."""
        camera, self._camera = self._camera, None
        if camera:
            camera.close()


def _opened(number: int) -> Any:
    camera = importlib.import_module("picamera2").Picamera2(number)
    camera.configure(
        camera.create_video_configuration(
            main={"size": _SIZE}, controls={"FrameRate": _FRAMES_A_SECOND}
        )
    )
    camera.start()
    return camera
