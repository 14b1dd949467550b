"""All that is shown at one moment.  Values only."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.fleet.reading import Look
from gateway.store.tally import Tally
from wire.ids import EndpointName


class Seen(NamedTuple):
    """`sign_age`: how old the gateway's sign of life is; None if it gives none.  `memory` is in
    bytes, by service.
    """

    look: Look
    tally: Tally
    endpoints: tuple[EndpointName, ...]
    is_alive: bool
    sign_age: float | None
    stores: bool
    memory: Mapping[str, int]
