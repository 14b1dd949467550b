"""When a unit was pressed last, and when that was last proven to reach a receiver.  Values only."""

from typing import Final, NamedTuple

from wire.ids import EndpointName, Wall


class UnitHistory(NamedTuple):
    """The last press; and the last one that `proven_by` gave this gateway a receipt for, and when:
    from the press to the receiver's answer.
    """

    pressed_at: Wall | None = None
    proven_at: Wall | None = None
    proven_by: EndpointName | None = None


NO_HISTORY: Final = UnitHistory()
