"""The exit codes of every command.  78 is sysexits' EX_CONFIG: systemd shows it as such."""

from typing import Final

GOOD: Final = 0
PROBLEM: Final = 1
USAGE: Final = 2
BAD_CONFIGURATION: Final = 78
