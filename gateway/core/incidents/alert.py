"""One alert as the gateway knows it, each of whose parts only grows.  Pure."""

from dataclasses import dataclass

from gateway.core.effects import SaveAlert
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.presses import Further, dated, earlier_by, with_told
from gateway.core.values import Now, Room
from wire.evidence import PressEvidence, pattern_of
from wire.evidence import merged as merged_evidence
from wire.ids import AlertId, IncidentId, Monotonic, UnitId, Wall
from wire.limits import MOST_DOUBTS
from wire.modes import LIVE, Mode
from wire.presses import DatedPress, merged
from wire.stage import Answer, Stage, advance, answered


@dataclass(slots=True)
class Alert:
    """One alert as the gateway knows it.

    `stage` and `answer` are those of its newest press.  `held`: the disk has it.  `heard_at` is
    when that press came, or when this process took the alert up again.  `pressed` is the moment of
    `pressed_at` by the clock that no one sets; None until a unit tells the age.  `further` are the
    presses after the first whose times are known, `evidence` says how they were pressed.  `cleared`
    counts the presses that a person saw who said all clear.  `mode` is that of its incident.
    `let_go` is the newest press of which its unit said that the button was let go, or is held.
    """

    id: AlertId
    kind: str
    unit: UnitId
    room: Room
    pressed_at: Wall
    received_at: Wall
    presses: int
    doubts: tuple[str, ...]
    heard_at: Monotonic
    stage: Stage = Stage.PRESSED
    held: bool = False
    pressed: Monotonic | None = None
    answer: Answer = Answer.NONE
    further: Further = ()
    cleared: int = 0
    evidence: PressEvidence | None = None
    mode: Mode = LIVE
    let_go: int = 0

    @property
    def dated(self) -> tuple[DatedPress, ...]:
        """The newest of its presses whose times are known, in their order."""
        first = DatedPress(1, self.pressed_at, self.received_at)
        return merged((first,), dated(self.further))

    def would_learn(self, claim: IncomingAlert) -> bool:
        """True if what a repeat says of its presses is more than is known of them."""
        if merged_evidence(self.evidence, claim.evidence) != self.evidence:
            return True
        if claim.evidence is not None and claim.presses > self.let_go:
            return True
        told = claim.pressed
        if told is not None and (self.pressed is None or earlier_by(self.pressed, told)):
            return True
        return with_told(self.further, claim.further, self.presses) is not self.further

    def date(self, told: Further) -> bool:
        """A message tells of its further presses; True if something of that is news."""
        before, self.further = self.further, with_told(self.further, told, self.presses)
        return [each[:3] for each in before] != [each[:3] for each in self.further]

    def learn(self, claim: IncomingAlert) -> bool:
        """A message tells how it was pressed; True if that makes it look otherwise than before."""
        if claim.evidence is None:
            return False
        if claim.id == self.id:
            self.let_go = max(self.let_go, claim.presses)
        before = pattern_of(self.evidence, self.presses)
        self.evidence = merged_evidence(self.evidence, claim.evidence)
        return pattern_of(self.evidence, self.presses) != before

    def pressed_earlier(self, pressed: Monotonic | None) -> bool:
        """A repeat says when it was pressed: the earliest is true, for messages are only held up.

        True if that is earlier by more than a network's ordinary delay.
        """
        known = self.pressed
        if known is None or pressed is None:
            self.pressed = pressed if known is None else known
            return False
        earlier = earlier_by(known, pressed)
        if not earlier:
            return False
        self.pressed, self.pressed_at = pressed, Wall(self.pressed_at - earlier)
        return True

    def advance(self, to: Stage) -> bool:
        """Climb to `to`; False if the alert was there already."""
        before, self.stage = self.stage, advance(self.stage, to)
        return self.stage != before

    def clear(self) -> bool:
        """A person said all clear who saw its newest press; False if that is known already."""
        before, self.cleared = self.cleared, max(self.cleared, self.presses)
        return self.cleared != before

    @property
    def is_let_go(self) -> bool:
        """True if its unit said of the newest press that its button was let go, or is held."""
        return self.let_go >= self.presses

    @property
    def is_clear(self) -> bool:
        """True while a person's all clear covers its newest press."""
        return self.cleared >= self.presses

    def answered(self, by: Answer) -> bool:
        """A person of that side has taken it; False if that is known already."""
        before, self.answer = self.answer, answered(self.answer, by)
        return self.answer != before


def first_alert(claim: IncomingAlert, now: Now) -> Alert:
    """Return an alert as it is when it comes in."""
    return Alert(
        id=claim.id,
        kind=claim.kind,
        unit=claim.unit,
        room=claim.room,
        pressed_at=claim.pressed_at,
        received_at=now.wall,
        presses=claim.presses,
        doubts=claim.doubts[:MOST_DOUBTS],
        heard_at=now.mono,
        pressed=claim.pressed,
        further=claim.further,
        evidence=claim.evidence,
        mode=claim.mode,
        let_go=claim.presses if claim.evidence else 0,
    )


def saved_alert(alert: Alert, incident: IncidentId) -> SaveAlert:
    """Return the row of an alert in the store."""
    return SaveAlert(
        id=alert.id,
        incident=incident,
        kind=alert.kind,
        unit=alert.unit,
        room=alert.room,
        pressed_at=alert.pressed_at,
        received_at=alert.received_at,
        presses=alert.presses,
        doubts=alert.doubts,
        further=dated(alert.further) if alert.further else (),
        evidence=alert.evidence,
    )
