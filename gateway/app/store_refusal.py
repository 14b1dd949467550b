"""Says why a command cannot read the gateway's store, and what to do."""

import getpass
from pathlib import Path
from typing import Final

from service.cure import in_lines

START: Final = "`systemctl enable --now tocsin-gateway`"


def store_refusal(path: Path, error: Exception, again: str) -> str:
    """Return it for the store at `path`; `again` is the command for somebody who may read it."""
    if isinstance(error, FileNotFoundError):
        seen, cure = "there is no database yet, so the gateway never ran", START
    else:
        seen = f"{getpass.getuser()} may not read it ({error})"
        cure = again
    return "\n".join([f"{path}: {seen}", *in_lines(cure)])
