"""Says why a command cannot read the gateway's store, and what to do."""

import getpass
from pathlib import Path
from typing import Final

from service.cure import as_word, in_lines

START: Final = "`systemctl enable --now tocsin-gateway`"


def store_refusal(path: Path, config: Path, error: Exception, command: str) -> str:
    """Return it for the store at `path`, which `tocsin-gateway <command>` could not read."""
    if isinstance(error, FileNotFoundError):
        seen, cure = "there is no database yet, so the gateway never ran", START
    else:
        seen = f"{getpass.getuser()} may not read it ({error})"
        cure = f"`sudo tocsin-gateway {command} --config {as_word(config)}`"
    return "\n".join([f"{path}: {seen}", *in_lines(cure)])
