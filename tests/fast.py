"""Which tests `scripts/test --fast` runs: those of the core and of single parts.

They hold for the whole folder, but for the files that start whole processes, wait for a network,
hash passwords by the dozen or play a line in its own time.
"""

from fnmatch import fnmatch
from pathlib import Path
from typing import Final

FAST: Final = ("wire", "design", "formats", "harness", "device", "gateway", "service")
BUT_FOR: Final = (
    "design/test_weight.py",
    "device/test_device_main.py",
    "device/test_firmware*.py",
    "device/test_gpiozero_traces.py",
    "gateway/*process*.py",
    "gateway/test_acknowledgements.py",
    "gateway/test_dc09_connection.py",
    "gateway/test_dc09_storm.py",
    "gateway/test_eido_notifier.py",
    "gateway/test_gateway_pictures.py",
    "gateway/test_inbox.py",
    "gateway/test_last_good.py",
    "gateway/test_sender*.py",
    "harness/test_release.py",
    "service/test_connections.py",
    "service/test_interrupt.py",
    "service/test_link*.py",
    "service/test_login_handler.py",
    "service/test_starting.py",
    "service/test_web.py",
)
_TESTS: Final = Path(__file__).parent


def is_fast(path: Path) -> bool:
    """True for a file of tests that belongs to the fast ones."""
    here = path.relative_to(_TESTS)
    return here.parts[0] in FAST and not any(fnmatch(str(here), each) for each in BUT_FOR)
