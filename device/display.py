"""Plays the patterns of lamp and buzzer, from the loop alone: a dead loop is visible."""

from typing import NamedTuple

from device.lamp import DARK, Indication, Pattern, buzzer_pattern, lamp_pattern, level, next_change
from device.ports import Panel
from wire.ids import Monotonic


class _Playing(NamedTuple):
    pattern: Pattern
    since: Monotonic


class Display:
    """The lamp and the buzzer of `panel`, which is told of changes alone."""

    def __init__(self, panel: Panel, now: Monotonic) -> None:
        self._panel = panel
        self._lamp = self._buzzer = _Playing(DARK, now)
        self._shown = (False, False)

    def show(self, sign: Indication | None, now: Monotonic) -> None:
        """Take the step that is due by now; None shows nothing at all."""
        self._lamp = _play(self._lamp, lamp_pattern(sign), now)
        self._buzzer = _play(self._buzzer, buzzer_pattern(sign), now)
        shown = level(*self._lamp, now), level(*self._buzzer, now)
        if shown != self._shown:
            self._panel.show(*shown)
            self._shown = shown

    def next_change(self, now: Monotonic) -> Monotonic:
        """When the next step is due."""
        return min(next_change(*self._lamp, now), next_change(*self._buzzer, now))


def _play(playing: _Playing, pattern: Pattern, now: Monotonic) -> _Playing:
    return playing if playing.pattern == pattern else _Playing(pattern, now)
