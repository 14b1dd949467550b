"""H75: a unit speaks of another unit's alert, as its own."""

from dataclasses import replace

from tests.hostile.deployment import A, B, Deployment, press_of
from wire.codec import encode
from wire.ids import AlertId, UnitId


def test_h75_another_s_alert_is_not_taken_over_and_its_next_press_counts(
    lincoln: Deployment,
) -> None:
    theirs = press_of(B)
    lincoln.press(B, theirs)
    # The one that it makes of it has an id of its own, so it is waited for by its unit.
    claimed = lincoln.press(A, _encoded(A, theirs.alert))
    assert (claimed["unit"], claimed["id"] == theirs.alert) == (A, False)
    assert f"it bears the id of an alert of {B}" in claimed["doubts"]
    told = lincoln.press(B, replace(theirs, seq=2, presses=2))
    assert (told["unit"], told["presses"], told["verified"]) == (B, 2, True)


def _encoded(unit: UnitId, alert: AlertId) -> bytes:
    return encode(press_of(unit, alert=alert, presses=2**31 - 1))
