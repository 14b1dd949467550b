"""Text under the name of a file, for a library that takes nothing else; it lies on no disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NAME: Final = "text"


@contextmanager
def in_memory(text: str) -> Iterator[Path]:
    """Yield a name by which this process reads `text`, and no other user's does."""
    file = os.memfd_create(_NAME)
    try:
        name = Path(f"/proc/self/fd/{file}")
        name.write_text(text, encoding="utf-8")
        yield name
    finally:
        os.close(file)
