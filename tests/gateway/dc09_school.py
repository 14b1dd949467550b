"""A school whose one endpoint is an alarm-receiving centre."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.gateway.arc import ACCOUNT
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, school

KEY = "0123456789ABCDEF"


@contextmanager
def centre(folder: Path, url: str, /, rooms: Any = 20, **endpoint: Any) -> Iterator[School]:
    """A school that reports to the receiver at `url`, with the settings of `endpoint`."""
    with Endpoint() as unused, school(folder, unused, rooms) as found:
        (folder / "key").write_text(f"{KEY}\n")
        base = {"name": "arc", "kind": "sia-dc09", "url": url, "account": ACCOUNT}
        found.write({**found.settings(), "endpoint": [base | endpoint]})
        yield found
