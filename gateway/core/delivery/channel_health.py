"""Which channels fail now: by their reports, and while nothing is to report, by a probe.  Pure.

A failed report proves nothing any more once another address took its content and a probe reaches
this one again.  Until that probe the trouble stands: the next report would fail as well.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from gateway.core.values import ChannelId
from wire.ids import Monotonic

# One failure is a glitch of the line; the second in a row is a trouble.
_FAILURES_TOLD: Final = 2


@dataclass(slots=True)
class _Evidence:
    """What the last reports and probes of a channel came to."""

    failures: int = 0
    reason: str = ""
    misses: int = 0
    fault: str = ""


class ChannelHealth:
    """The evidence for each channel; `owing` are always those that have something to report.

    A channel that is not in `probed` fails only while it has something to report.  `proven` says
    when each gave a receipt or was connected to last; it lacks those that never did.
    """

    def __init__(self, probed: AbstractSet[ChannelId]) -> None:
        self._probed = probed
        self._evidence: dict[ChannelId, _Evidence] = {}
        self.proven: dict[ChannelId, Monotonic] = {}

    def answered(self, channel: ChannelId, now: Monotonic) -> None:
        """A receipt came by it."""
        self.proven[channel] = now
        of = self._of(channel)
        of.failures = of.misses = 0

    def failed(self, channel: ChannelId, reason: str) -> None:
        """A report by it was refused, or not answered."""
        of = self._of(channel)
        of.failures, of.reason = of.failures + 1, reason

    def probed(
        self,
        channel: ChannelId,
        fault: str | None,
        owing: AbstractSet[ChannelId],
        now: Monotonic,
    ) -> None:
        """Its address was connected to, or `fault` says why it was not."""
        of = self._of(channel)
        if fault is None:
            self.proven[channel] = now
        of.misses, of.fault = (0, "") if fault is None else (of.misses + 1, fault)
        if fault is None and channel not in owing:
            of.failures = 0

    def faults(self, owing: AbstractSet[ChannelId]) -> dict[ChannelId, str]:
        """Return why each channel that fails does."""
        counted = owing | self._probed
        found = (
            (channel, _fault(of, channel in counted)) for channel, of in self._evidence.items()
        )
        return {channel: fault for channel, fault in found if fault}

    def _of(self, channel: ChannelId) -> _Evidence:
        return self._evidence.setdefault(channel, _Evidence())


def _fault(of: _Evidence, reports_count: bool) -> str:
    if of.failures >= _FAILURES_TOLD and reports_count:
        return of.reason
    return of.fault if of.misses >= _FAILURES_TOLD else ""
