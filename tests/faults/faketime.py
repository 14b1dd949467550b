"""A process whose wall clock says what a test wants; its monotonic clock stays true."""

from pathlib import Path


def false_time(file: Path, says: str) -> dict[str, str]:
    """Return the environment of such a process: `file` says what time it is, at every moment.

    `says` is a time (`2015-06-01 00:00:10`) or a shift of the true one (`-10y`), as libfaketime
    reads them.
    """
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    file.write_text(says if says[0] in "+-" else f"@{says}")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }
