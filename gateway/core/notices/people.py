"""The people who are told, and when they do not want to be."""

from typing import NamedTuple, NewType

from gateway.core.notices.matter import Matter, PersonName
from wire.trouble import Level

MinuteOfDay = NewType("MinuteOfDay", int)
"""Minutes since midnight by the clock of the school."""


class QuietHours(NamedTuple):
    """From one minute of the day up to another, over midnight if need be; none if both are one."""

    begin: MinuteOfDay
    end: MinuteOfDay

    def hold(self, at: MinuteOfDay) -> bool:
        """True at a minute within them."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


NEVER_QUIET = QuietHours(MinuteOfDay(0), MinuteOfDay(0))


class Person(NamedTuple):
    """Told of troubles of `least` and above, None: of none; and of alarms, if `alarms`."""

    name: PersonName
    least: Level | None
    alarms: bool
    quiet: QuietHours = NEVER_QUIET

    def wants(self, matter: Matter) -> bool:
        """True if this person is to be told of such a matter at all."""
        if matter.each:
            return self.alarms
        return self.least is not None and matter.level >= self.least
