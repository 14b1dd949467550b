"""Named places in the production code at which a process kills itself, as a power cut would.

Nothing in production knows of them: this runner starts the real `main` and watches, by Python's own
profiling hook, which functions are entered and left.

    python -m tests.faults.failpoints PLACE MODULE [ARGUMENT ...]
"""

import importlib
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Sequence
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple


class Step(NamedTuple):
    """A function is entered (`call`) or left (`return`) with `word` among its arguments."""

    function: str
    event: str
    word: str = ""


_HEARD: Final = Step("gateway.core.alerts.AlertHandler.arrived", "call")
_PRESSED: Final = Step("device.unit.Unit.press", "call")
_TELL: Final = "service.link.Link.publish_qos0"
_WRITE: Final = "gateway.store.sql.write"
_CONNECTION: Final = "gateway.receivers.http.polled_connection.PolledConnection"

# The last step of each is where the process ends; those before it must have been seen.
GATEWAY: Final[dict[str, Sequence[Step]]] = {
    "recv": [_HEARD],
    "before-commit": [Step(_WRITE, "return", "SaveAlert")],
    "after-commit": [Step(_WRITE, "return", "SaveAlert"), Step("gateway.store.sql.states", "call")],
    "before-answer": [_HEARD, Step(_TELL, "call", "/progress")],
    "after-answer": [_HEARD, Step(_TELL, "return", "/progress")],
    "before-post": [Step(f"{_CONNECTION}.send", "call")],
    "after-post": [Step(f"{_CONNECTION}._take", "call")],
    "after-mark": [
        Step(_WRITE, "return", "SaveReceipt"),
        Step("gateway.store.writer.Store._commit", "return"),
    ],
}
UNIT: Final[dict[str, Sequence[Step]]] = {
    "pressed": [_PRESSED],
    "published": [_PRESSED, Step("service.link.Link.publish", "return", "/alert")],
    "journaled": [_PRESSED, Step("device.journal.Journal._written", "call")],
    "told": [_PRESSED, Step("device.unit.Unit.hear", "return")],
}


class Watch:
    """Sees each step in its turn, and kills this process at the last one."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = [(_code(step.function), step.event, step.word) for step in steps]

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        code, wanted, word = self._steps[0]
        if frame.f_code is not code or event != wanted or word not in _arguments(frame):
            return
        if len(self._steps) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        del self._steps[0]


def _code(name: str) -> CodeType:
    found: Any = pkgutil.resolve_name(name)
    code = found.__code__
    assert isinstance(code, CodeType)
    return code


def _arguments(frame: FrameType) -> str:
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return repr([frame.f_locals.get(name) for name in names])


def main() -> None:
    place, module = sys.argv[1:3]
    sys.argv = [module, *sys.argv[3:]]
    watch = Watch((GATEWAY | UNIT)[place])
    threading.setprofile(watch)
    sys.setprofile(watch)
    sys.exit(importlib.import_module(module).main())


if __name__ == "__main__":
    main()
