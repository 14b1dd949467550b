"""What a person is told of a stream that cannot be played, by FFmpeg's errors."""

from typing import Final

import av

SILENCE_S: Final = 5.0
ENDED: Final = "the camera's stream has ended"
SILENT: Final = f"the camera did not answer for {SILENCE_S:.0f} s"


def in_words(error: Exception, stream: dict[str, str]) -> str:
    """Return why `stream` cannot be played, without its address or login."""
    match error:
        case av.error.HTTPUnauthorizedError() if stream["user"]:
            return "the camera refuses the login; check user and password_file"
        case av.error.HTTPUnauthorizedError():
            return "the camera asks for a login; set user and password_file"
        case av.error.HTTPNotFoundError():
            return "the camera has no such stream (404); check the path of source"
        case av.error.ExitError() | TimeoutError():
            return SILENT
        case av.error.InvalidDataError():
            return "the camera sends no video that can be read"
        case OSError() if stream["url"].startswith("rtsps:"):
            return "the camera cannot be reached, broke off, or its certificate is not trusted"
        case OSError():
            return "the camera cannot be reached, or broke off"
        case _:
            return "the camera's stream cannot be played"
