"""How long a delivery waits, and for what.  Values only."""

from collections.abc import Mapping
from typing import Final

from gateway.core.delivery.attempt import Lane
from wire.ids import Monotonic, Seconds

# However many press, at most BURST and then 33 reports a second leave for one endpoint.
PACE: Final = Seconds(0.03)
BURST: Final = 8
# A new alert does not wait for an endpoint that has been silent for this long: it overtakes.
OVERTAKE: Final = Seconds(0.5)
MOST_FLIGHTS: Final = 3
# Seconds to wait after the first, second, … failure in a row; the last one for ever after.
RETRIES: Final = (Seconds(0.1), Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(4.0))
# Seconds before a report that could not be written is tried again.
SET_ASIDE: Final = Seconds(10.0)
# An attempt in which nothing moves for so long has failed (docs/decisions/whole-reports.md).
DEADLINES: Final[Mapping[Lane, Seconds]] = {"alerts": Seconds(4.0), "pictures": Seconds(20.0)}
# However steadily it moves: 480 kB at 64 kbit/s, a whole school's alerts.
WHOLE: Final = Seconds(60.0)
NO_WAIT: Final = Seconds(0.0)
NEVER: Final = Monotonic(float("inf"))
