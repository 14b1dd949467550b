"""A notifier's process that was taken over: says what it was told to say by its name's file."""

import sys
from pathlib import Path

if __name__ == "__main__":
    first_line = sys.stdin.readline()
    folder = Path(first_line.split('"path": "')[1].split('"')[0])
    print((folder / "says").read_text(), flush=True)
    sys.stdin.read()
