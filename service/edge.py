"""The outermost handler of every command: an unforeseen error becomes one line, not a traceback.

The line says what happened and where, so that the person who gets it by mail can find it.
"""

import functools
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, ParamSpec

from service import exits
from service.starting import extend_start
from wire.clean import clean

_INTERRUPTED: Final = 130
_OURS: Final = frozenset({"device", "gateway", "police", "service", "simulator", "wire"})
_P = ParamSpec("_P")


def at_the_edge(command: Callable[_P, int]) -> Callable[_P, int]:
    """Let `command` end with an exit code whatever it raises; an interrupt ends it in silence."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> int:
        try:
            extend_start()
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would meet no net
            return _INTERRUPTED
        except BrokenPipeError:
            return exits.PROBLEM  # who read our output has gone, as `head` does
        except Exception as error:  # noqa: BLE001 - the edge of the process
            return _fail(error)

    return run


def _fail(error: Exception) -> int:
    words, place = clean(str(error)), _place(error)
    # By its module: most commands have no database, and need not import the library for this.
    if isinstance(error, OSError) or type(error).__module__ == "sqlite3":
        said = f"this machine refused: {words} ({place})"
    else:
        what = f"{type(error).__name__}: {words} ({place})"
        said = f"a fault in the program itself, please report it: {what}"
    sys.stderr.write(f"{said}\n")
    return exits.PROBLEM


def _place(error: BaseException) -> str:
    """The last line of our own that was on the way to `error`."""
    found, at = "unknown place", error.__traceback__
    root = Path(__file__).resolve().parent.parent
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if file.is_relative_to(root) and file.relative_to(root).parts[0] in _OURS:
            found = f"{file.relative_to(root)}:{at.tb_lineno}"
        at = at.tb_next
    return found
