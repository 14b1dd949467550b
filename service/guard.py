"""Guards callbacks that a library's own thread calls.

An exception that leaves a callback kills paho's network thread and lgpio's only alert thread while
the process seems healthy (docs/decisions/callbacks.md).  Here it becomes an event instead.
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

    # What is no plain function, as a partial, has no name of its own.
    name = getattr(callback, "__qualname__", type(callback).__qualname__)

    @functools.wraps(callback)
    def safe(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception as error:
            log.exception("a callback failed: %s", name)
            put(CallbackFailed(name, repr(error)))

    return safe
