"""The named traces of a line, played to gpiozero in their own time."""

import pytest

from tests.device.fakes import Bench, Trace, traces


@pytest.mark.parametrize("trace", traces(), ids=lambda trace: trace.name)
def test_a_named_trace_through_gpiozero_gives_the_same_number_of_alerts(trace: Trace) -> None:
    """A busy machine may play a trace too late to be that trace: then it is played again."""
    for _ in range(40):
        bench = Bench()
        if trace.name == "held at start":
            bench.wire.drive_low()
        with bench:
            late = bench.wire.play(trace)
        if late < 0.003:
            break
    assert len(bench.gateway.ids()) == trace.alerts
