"""The conformance kit as tests run it: case by case, and as its command."""

import subprocess
import sys

from police.conformance.runner import read_cases
from tests.waiting import patience

CASES = {case.name: case for case in read_cases()}


def tocsin_police(*words: str) -> tuple[int, str]:
    argv = [sys.executable, "-m", "police.main", *words]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=patience(60))
    return ended.returncode, ended.stdout + ended.stderr
