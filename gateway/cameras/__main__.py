"""`python -m gateway.cameras NUMBER`, as start.py begins it.

Interrupts are handled before anything else is imported.
"""

import sys

from service.edge import at_the_edge


@at_the_edge
def main() -> int:
    """Watch what was left in the file of that number; returns an exit code."""
    from gateway.cameras.main import run_cameras
    from gateway.cameras.watch import take
    from service.log import start_log

    start_log()
    return run_cameras(take(int(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())
