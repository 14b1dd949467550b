"""Checks the store: that it is whole, and which troubles the gateway has reported."""

import sqlite3
from pathlib import Path
from typing import Final

from service.doctor.finding import Finding, good, problem
from wire.gateway_troubles import cure_of

_WAIT_S: Final = 5.0
_NOT_RUN: Final = "`systemctl enable --now tocsin-gateway`"
_RESTART: Final = (
    "`systemctl restart tocsin-gateway` sets a broken database aside, begins a new one"
)


def check_store(path: Path) -> list[Finding]:
    """Say whether the store at `path` can be read, and name each trouble that stands."""
    if not path.is_file():
        return [problem("store", f"there is no {path}", _NOT_RUN)]
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_WAIT_S)
        try:
            (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
            standing = db.execute("SELECT name, detail FROM trouble WHERE ended IS NULL").fetchall()
        finally:
            db.close()
    except sqlite3.Error as error:
        cure = _RESTART
        return [problem("store", str(error), cure)]
    if verdict != "ok":
        return [problem("store", verdict, _RESTART)]
    told = [problem(f"trouble {name}", detail, cure_of(name)) for name, detail in standing]
    return [good("store", "whole, and no trouble stands" if not told else "whole"), *told]
