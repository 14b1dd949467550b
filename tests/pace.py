"""How slow this machine is now, beside an idle one of the kind on which deadlines were chosen.

The deadlines of the tests are chosen for two idle cores.  On a slower machine, or beside other
work, the same deadlines times `slowness` hold: it is measured once before the first test, and again
when a deadline has passed.  The bound of a promise is scaled in the same way.
"""

import os
import subprocess
import sys
import time
from typing import Final

# What the work below takes where deadlines were chosen, in seconds.
REFERENCE: Final = 0.27
# What is slower than that is no machine to test on: there a deadline means what it says.
MOST: Final = 10.0
_VARIABLE: Final = "TOCSIN_TESTS_SLOWNESS"


def slowness() -> float:
    """As measured last: 1 where deadlines were chosen, at most MOST."""
    return float(os.environ.get(_VARIABLE, "1"))


def measure(reference: float = REFERENCE) -> float:
    """Measure again, by processes that do what the tests wait for; only ever more patience."""
    began = time.perf_counter()
    for _ in range(3):
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", "import asyncio, json, sqlite3, ssl"], check=True
        )
    took = (time.perf_counter() - began) / reference
    # In the environment, so that workers and helpers that are processes know it, too.
    os.environ[_VARIABLE] = f"{min(MOST, max(slowness(), took)):.2f}"
    return slowness()
