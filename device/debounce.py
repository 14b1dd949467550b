"""Decides when a button is pressed: a leaky integrator over edges, checked by sampling the level.

Pure: times and levels in, the contact and a press out.  It must not read a clock or a pin.
Rule 1: pressed time fills, released time drains 1.6 times as fast; 20 ms make a press.  Bounce,
        glitches and mains pickup drain away, while a trembling hand on a worn contact still reaches
        it.
Rule 2: an edge says when the level changed.  A sample only says what the level is, so one that
        agrees changes nothing except to prove that time has passed, and never delays an edge.
Rule 3: samples that disagree prove a lost edge only after a whole run without one that agrees.  A
        floating line, read at random, does not produce such a run in a building's lifetime.
"""

from dataclasses import dataclass, replace
from math import inf
from typing import Final

from wire.ids import Monotonic, Seconds

# Chosen among seven rules on modelled traces: docs/decisions/debounce.md.
ACCEPT: Final = Seconds(0.020)
LEAK: Final = 1.6
# Longer than any release bounces (157 ms is the worst switch measured, with pauses in it).
REARM: Final = Seconds(0.150)
STUCK: Final = Seconds(30.0)
_NONE: Final = Seconds(0.0)

# How often to sample: at rest, while it is undecided whether this is a press, after a mismatch.
_AT_REST: Final = Seconds(0.050)
_UNDECIDED: Final = Seconds(0.002)
_ON_MISMATCH: Final = Seconds(0.0005)
# After a longer pause edges may still be queued: sample again before believing a sample.
_FRESH: Final = Seconds(0.005)
# A line that reads at random starts 20 rows a second at most; one in 2**39 gets this long.
_ROW: Final = 40


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of the contact: `pressed` as of `at`, and how full the integrator is.

    Up to a press `filled` counts towards ACCEPT; after it (`latched`) towards REARM.  `first` is
    the first edge of the run that led, or may lead, to a press; `counted`: that press was reported.
    `opened` is when it opened last in that run, and `bounces` how often it closed again in it.
    `mismatch_since` and `mismatches` describe the current run of samples that disagree;
    `edge_missed`: the last change had no edge.
    """

    at: Monotonic
    seen: Monotonic
    sampled_at: Monotonic
    first: Monotonic
    hold: Seconds
    pressed: bool = False
    filled: Seconds = _NONE
    latched: bool = False
    counted: bool = False
    mismatch_since: Monotonic | None = None
    mismatches: int = 0
    edge_missed: bool = False
    opened: Monotonic | None = None
    bounces: int = 0


Step = tuple[Contact, Monotonic | None]
"""The contact after, and the first edge of a press if there was one."""


def begin(now: Monotonic, hold: Seconds = _NONE) -> Contact:
    """Return a released contact; a button that is held already shows in the first samples."""
    sampled_at = Monotonic(now - _AT_REST)
    return Contact(at=now, seen=now, sampled_at=sampled_at, first=now, hold=hold)


def edge(contact: Contact, at: Monotonic, pressed: bool) -> Step:
    """The level changed at `at`; an edge older than the last one counts as simultaneous."""
    at = max(at, contact.at)
    press = None
    if (
        pressed == contact.pressed
        and contact.mismatch_since is not None
        and contact.mismatch_since < at
    ):
        contact, press = _turn(contact, max(contact.mismatch_since, contact.at), not pressed)
    contact = replace(
        contact, mismatch_since=None, mismatches=0, edge_missed=False, seen=max(contact.seen, at)
    )
    if pressed == contact.pressed:
        return contact, press
    contact, later = _turn(contact, at, pressed)
    return contact, press if later is None else later


def sample(contact: Contact, at: Monotonic, pressed: bool) -> Step:
    """The level is `pressed` at `at`, by reading it."""
    contact = replace(contact, sampled_at=at)
    if pressed != contact.pressed:
        return _mismatch(contact, at)
    fresh = at - contact.seen <= _FRESH
    contact = replace(contact, seen=max(contact.seen, at), mismatch_since=None, mismatches=0)
    due = _due(contact)
    return _run(contact, due) if fresh and due <= at else (contact, None)


def next_sample(contact: Contact) -> Monotonic:
    """When the level should be read next; exactly when a press would be complete, if one may be."""
    if contact.mismatch_since is not None:
        return Monotonic(contact.sampled_at + _ON_MISMATCH)
    usual = contact.sampled_at + (_UNDECIDED if _is_undecided(contact) else _AT_REST)
    due = _due(contact)
    if due <= contact.sampled_at:
        return Monotonic(contact.sampled_at + _UNDECIDED)
    return Monotonic(min(usual, due))


def is_stuck(contact: Contact, now: Monotonic) -> bool:
    """True if the contact has been closed for so long that a person should check it."""
    return contact.latched and now - contact.first >= STUCK


def held_for(contact: Contact, now: Monotonic) -> Seconds:
    """Return for how long the button has been held down, or was until it was let go."""
    until = contact.opened if contact.opened is not None and not contact.pressed else now
    return Seconds(max(until - contact.first, 0.0))


def _mismatch(contact: Contact, at: Monotonic) -> Step:
    since = at if contact.mismatch_since is None else contact.mismatch_since
    contact = replace(contact, mismatch_since=since, mismatches=contact.mismatches + 1)
    if contact.mismatches < _ROW or at - since < ACCEPT:
        return contact, None
    # At the start nobody could have sent an edge for a button that is held already.
    edge_missed = since - contact.at > _AT_REST
    contact, _ = _turn(contact, max(since, contact.at), not contact.pressed)
    contact = replace(contact, seen=at, mismatch_since=None, mismatches=0, edge_missed=edge_missed)
    due = _due(contact)
    return _run(contact, due) if due <= at else (contact, None)


def _turn(contact: Contact, at: Monotonic, pressed: bool) -> Step:
    """Hold the level until `at`, and change it then."""
    contact, press = _run(contact, at)
    if not pressed:
        return replace(contact, pressed=False, opened=at), press
    if contact.latched or contact.filled > 0:
        return replace(contact, pressed=True, bounces=contact.bounces + 1), press
    return replace(contact, pressed=True, first=at, opened=None, bounces=0), press


def _run(contact: Contact, until: Monotonic) -> Step:
    """Hold the level until `until`."""
    turns = _phase_ends(contact)
    if turns <= until:
        contact = replace(
            contact, at=turns, filled=_NONE, latched=not contact.latched, counted=False
        )
    span = Seconds(until - contact.at)
    contact = replace(
        contact, at=until, filled=Seconds(max(contact.filled + _rate(contact) * span, 0))
    )
    if until < _counts_at(contact):
        return contact, None
    return replace(contact, counted=True), contact.first


def _rate(contact: Contact) -> float:
    if contact.latched:
        return -1 / LEAK if contact.pressed else 1.0
    return 1.0 if contact.pressed else -LEAK


def _is_undecided(contact: Contact) -> bool:
    drained_by = contact.at + (0.0 if contact.pressed else contact.filled / LEAK)
    return not contact.latched and (contact.pressed or contact.sampled_at < drained_by)


def _phase_ends(contact: Contact) -> Monotonic:
    """When the contact latches or re-arms if its level stays."""
    if contact.latched == contact.pressed:
        return Monotonic(inf)
    return Monotonic(contact.at + (REARM if contact.latched else ACCEPT) - contact.filled)


def _counts_at(contact: Contact) -> float:
    waiting = contact.latched and contact.pressed and not contact.counted
    return contact.first + contact.hold if waiting else inf


def _due(contact: Contact) -> Monotonic:
    """When something will happen if the level stays; never, if nothing will."""
    return Monotonic(max(min(_phase_ends(contact), _counts_at(contact)), contact.at))
