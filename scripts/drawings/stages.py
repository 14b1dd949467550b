"""The two facts of an alert, from their tables: a Mermaid state diagram, and a table."""

from typing import Final

from device import lamp
from device.lamp import LAMP, NOT_DELIVERED, Pattern
from wire.stage import ANSWER_MEANING, DEADLINES, MEANING, Answer, Stage

_SHOWN: Final = {
    "FAST_BLINK": "fast blink",
    "SLOW_BLINK": "slow blink",
    "SOLID": "solid",
    "DOUBLE_PULSE": "double pulse",
    "LONG_GAP": "one long gap",
    "DARK": "off",
    "TRIPLE_FLASH": "three flashes, a long dark",
    "TRIPLE_FLASH_AND_LONG": "three flashes, a long one, a long dark",
}


def drawn() -> str:
    """Return the diagram."""
    lines = ["```mermaid", "stateDiagram-v2", "    direction LR"]
    lines += [
        f"    {stage.name}: {stage.name}<br/>{MEANING[stage]}<br/>{_words(row[Answer.NONE])}"
        for stage, row in LAMP.items()
    ]
    lines.append("    [*] --> PRESSED")
    for low, high in zip(Stage, list(Stage)[1:], strict=False):
        late = f": within {DEADLINES[high]:g} s" if high in DEADLINES else ""
        lines.append(f"    {low.name} --> {high.name}{late}")
    lines.append(f"    note right of DELIVERED: not reached in {DEADLINES[Stage.DELIVERED]:g} s:")
    lines[-1] += f" NOT DELIVERED, {_words(NOT_DELIVERED[Answer.NONE])}"
    return "\n".join([*lines, "```"])


def answers() -> str:
    """Return who may have answered, and what the lamp makes of it."""
    lines = ["| answer | true when | delivered | NOT DELIVERED |", "| --- | --- | --- | --- |"]
    for answer in Answer:
        shown = (_words(row[answer]) for row in (LAMP[Stage.DELIVERED], NOT_DELIVERED))
        lines.append(f"| `{answer.word}` | {ANSWER_MEANING[answer]} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _words(pattern: Pattern) -> str:
    """The name of a lamp pattern in words."""
    return next(words for name, words in _SHOWN.items() if getattr(lamp, name) is pattern)
