"""What processes hold over time: memory, open files, threads; and the logs of databases."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_PAGE = os.sysconf("SC_PAGE_SIZE")
# A process needs a while until it has loaded and seen everything once.
SETTLED_S = 60.0


class Sample(NamedTuple):
    """One look at one process: monotonic seconds, MB resident, open files, threads."""

    at: float
    resident: float
    files: int
    threads: int


@dataclass
class Life:
    """The samples of one process from its start to its end."""

    name: str
    samples: list[Sample] = field(default_factory=list)

    def slope(self) -> float | None:
        """MB an hour once it had settled; None if it did not live long enough to tell."""
        settled = [each for each in self.samples if each.at - self.samples[0].at > SETTLED_S]
        if len(settled) < 12:
            return None
        half = len(settled) // 2
        before, after = settled[:half], settled[half:]
        apart = _mean(s.at for s in after) - _mean(s.at for s in before)
        growth = _mean(s.resident for s in after) - _mean(s.resident for s in before)
        return growth / apart * 3600.0


class Samples:
    """Looks at processes by their names and ids, and at logs of databases."""

    def __init__(self) -> None:
        self.lives: dict[int, Life] = {}
        self.largest_log: dict[str, int] = {}

    def watch(self, processes: Mapping[str, int], logs: Iterable[Path], now: float) -> None:
        """Take one sample of each that lives."""
        for name, pid in processes.items():
            if (sample := _look_at(pid, now)) is not None:
                self.lives.setdefault(pid, Life(name)).samples.append(sample)
        for log in logs:
            if log.exists():
                size = log.stat().st_size
                self.largest_log[log.name] = max(size, self.largest_log.get(log.name, 0))

    def table(self) -> list[str]:
        """Rows of Markdown: a process each, over all its lives."""
        rows = [
            "| process | lives | resident, MB | most open files | most threads | MB an hour |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for name in sorted({life.name for life in self.lives.values()}):
            lives = [life for life in self.lives.values() if life.name == name]
            seen = [sample for life in lives for sample in life.samples]
            slopes = [slope for life in lives if (slope := life.slope()) is not None]
            rows.append(
                f"| {name} | {len(lives)} | {min(s.resident for s in seen):.0f} to"
                f" {max(s.resident for s in seen):.0f} | {max(s.files for s in seen)}"
                f" | {max(s.threads for s in seen)} |"
                f" {f'{max(slopes):+.1f}' if slopes else 'too short a life'} |"
            )
        return rows


def _look_at(pid: int, now: float) -> Sample | None:
    folder = Path(f"/proc/{pid}")
    try:
        pages = int((folder / "statm").read_text().split()[1])
        return Sample(
            now,
            pages * _PAGE / 1e6,
            len(list((folder / "fd").iterdir())),
            len(list((folder / "task").iterdir())),
        )
    except (OSError, IndexError):
        return None  # it has just ended


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
