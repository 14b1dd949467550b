"""The interface of a camera source, and its error."""

from typing import Protocol

from gateway.cameras.events import Pace, Shot


class CameraError(Exception):
    """The camera's fault, in words that a person can act on; holds no address and no secret."""


class Source(Protocol):
    """One way to get pictures; `take` and `close` belong to one thread, `cut` to any."""

    def take(self, pace: Pace, /) -> Shot:
        """Return a picture, not yet bounded in pixels, its end perhaps missing; raises CameraError.

        `pace` tells how soon the next will be asked for.
        """

    def cut(self) -> None:
        """End a `take` that has waited too long, if that can be done; never waits itself."""

    def close(self) -> None:
        """Release the camera."""
