"""A school with one gateway, which must keep every promise by itself."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.simulation.ending import Lasting
from tests.simulation.machine import Machine
from tests.simulation.school import Gateway
from tests.simulation.world import Parts

# All but those without which nobody has a gateway.
_LASTING: Final = (
    *(Lasting.NOTHING, Lasting.STANDBY, Lasting.WIRE_TO_STANDBY, Lasting.DISKS, Lasting.COUNTY),
    *(Lasting.COUNTYS_FIRST_ADDRESS, Lasting.STATE, Lasting.STATE_AND_STANDBY),
)


class NoSecondOne(Gateway):
    """The second gateway never runs."""

    def start(self) -> None:
        super().start()
        if self.number == 1:
            self.crash()


class Alone(Machine):
    """The same machine where nobody stands by."""

    parts = Parts(gateway=NoSecondOne)

    @initialize(fault=st.sampled_from(_LASTING))
    def choose_what_nobody_mends(self, fault: Lasting) -> None:
        self.lasting = fault
