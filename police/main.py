"""The command `tocsin-police`.  Interrupts are handled before anything else is imported."""

import sys
from collections.abc import Sequence

from service.edge import at_the_edge


@at_the_edge
def main(given: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code (service/exits.py)."""
    from police.commands import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
