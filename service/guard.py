"""The guard around every callback that a library's own thread calls.

An exception that leaves a callback kills paho's network thread and lgpio's only alert thread while
the process looks healthy (measured: shared facts, reliability 0.3 and 0.9).  Here it becomes an
event instead.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

from service.events import CallbackFailed

P = ParamSpec("P")
log = logging.getLogger(__name__)


def guarded(
    callback: Callable[P, None], put: Callable[[CallbackFailed], None]
) -> Callable[P, None]:
    """Return `callback` so wrapped that it never raises: what it raised is logged and `put`."""

    @functools.wraps(callback)
    def safe(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception as error:
            log.exception("a callback failed: %s", callback.__qualname__)
            put(CallbackFailed(callback.__qualname__, repr(error)))

    return safe
