"""`tocsin-simulator`: a whole school on this machine, with a page to press its buttons.

With `--press ROOM --json` one press and its result.  Ctrl-C ends all that was started, at any
moment: the rest is imported once signals are heard, for on a small machine that takes seconds.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

from service.edge import at_the_edge
from service.exits import GOOD, PROBLEM
from service.version import tocsin_version

_ENDED: Final = "everything has ended"


@at_the_edge
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code, 0 only if all went well and a press was DELIVERED."""
    _on_signals(_exit_now)
    # One that came while Python itself started was held back by scripts/demo, and counts now.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parser = argparse.ArgumentParser("tocsin-simulator", description=__doc__)
    parser.add_argument("--press", metavar="ROOM", help="press one button, print its result, end")
    parser.add_argument("--json", action="store_true", help="the result as one line of JSON")
    parser.add_argument("--version", action="version", version=tocsin_version())
    options = parser.parse_args(arguments)
    if options.json and not options.press:
        parser.error("--json prints the result of one press: give --press ROOM, too")
    from simulator.demo import run

    try:
        _on_signals(_stop)
        return run(options.press, options.json)
    except KeyboardInterrupt:
        print(_ENDED, file=sys.stderr, flush=True)
        return PROBLEM if options.press else GOOD


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _exit_now(_signal: int, _frame: FrameType | None) -> None:
    """Exit before anything is started.

    Nothing is raised: the interpreter drops what is raised in a callback of an import.
    """
    os.write(sys.stderr.fileno(), _ENDED.encode() + b"\n")
    os._exit(GOOD)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Interrupt once: the clean-up is not interrupted again."""
    _on_signals(signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
