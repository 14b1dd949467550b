"""Handles exercises: who starts and ends them, what becomes of a press that is part of one, and
what the other gateway says of them.  Pure.

Rule 1: a press that is part of one is over by itself, once its unit has said that the button was
        let go: that is the walk test's answer.  A button that is held for 3 s is real.  So is one
        of which its unit does not say within 10 s that it was let go.
Rule 2: whatever is real ends every exercise, and what was pressed just before it is real, too.
Rule 3: one is not started while an emergency is open.
Rule 4: the other gateway is told of exercises, never of a press that is part of one: it hears that
        from the unit itself.  What it says of an alert is therefore said of one that is real.
"""

from collections.abc import Iterable
from typing import Final

from gateway.core.effects import Announce, Effect, SaveClosed, SaveEvent, SaveExercise
from gateway.core.events import OperatorActed
from gateway.core.incidents.alert import Alert, saved_alert
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.progress import Progress, progress_of
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.press_news import PressNews
from gateway.core.running_exercises import RunningExercises
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import Now
from wire.codec import encode
from wire.exercise import MOST_A_DAY, REAL, START, Exercise, ended
from wire.gateway_troubles import EXERCISE
from wire.ids import AlertId, ExerciseId, IncidentId, Monotonic, Seconds, SiteId
from wire.messages import IncidentEvent
from wire.modes import LIVE, TEST
from wire.stage import Answer, Stage
from wire.topics import incident_topic

# So long the lamp answers: an installer looks up from the button.
_ANSWERS_FOR: Final = Seconds(5.0)
# The unit repeats what it says every 5 s: this is a hold, and two of those.
_SILENT: Final = Seconds(10.0)
_TOLD_EVERY: Final = Seconds(10.0)
# In the place of an incident: what the disk has of an alert is asked, and its unit is told.
_ASKED: Final = IncidentId("")


class ExerciseHandler:
    """Keeps the exercises, and judges each press while one is going on."""

    def __init__(
        self,
        site: SiteId,
        incidents: Incidents,
        progress: Progress,
        troubles: Troubles,
        news: PressNews,
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._progress = progress
        self._troubles = troubles
        self._news = news
        self._running = RunningExercises()
        self._told_at: Monotonic | None = None

    def restored(self, exercises: Iterable[Exercise], now: Now) -> None:
        """After a start: go on with what the disk holds."""
        for each in exercises:
            self._running.learn(each, now)

    def named(self, name: str) -> Exercise | None:
        """Return what is known of an exercise."""
        return self._running.named(ExerciseId(name))

    def judged(self, claim: IncomingAlert, now: Now) -> IncomingAlert:
        """Return a press with its mode."""
        return self._running.judged(claim, now)

    def acted(self, taken: OperatorActed, now: Now) -> list[Effect]:
        """A named person starts an exercise, ends all, or says that it is real."""
        noted = SaveEvent(IncidentId(""), now.wall, taken.what, taken.by, taken.text, taken.side)
        if taken.what == START:
            return [noted, *self._start(taken.exercise, now)]
        over = self._end(taken.by, now)
        real = self._all_real(now) if taken.what == REAL else []
        return [noted, *over, *real]

    def _start(self, asked: Exercise | None, now: Now) -> list[Effect]:
        if asked is None or self._running.within_a_day(now.wall) >= MOST_A_DAY:
            return []
        is_real = any(each.mode == LIVE and each.alerts for each in self._incidents.all_open())
        return self._learn(ended(asked, now.wall) if is_real else asked, now)

    def heard_elsewhere(self, told: Exercise, now: Now) -> list[Effect]:
        """The other gateway tells of an exercise; while something is real here, it is none here."""
        known = self._running.named(told.id)
        if known is None and any(e.mode == LIVE and e.alerts for e in self._incidents.all_open()):
            told = ended(told, now.wall)
        return self._learn(told, now)

    def real_elsewhere(self, alerts: Iterable[AlertId], now: Now) -> list[Effect]:
        """The other gateway has these alerts, so they are real."""
        found = {
            incident.id: incident
            for name in alerts
            if (incident := self._incidents.of_alert(name)) and incident.mode != LIVE
        }
        return [work for each in found.values() for work in self.becomes_real(each, now)]

    def turns_real(self, claim: IncomingAlert, now: Now) -> list[Effect]:
        """What a unit says of an alert that was no emergency may make it one."""
        incident = self._incidents.of_alert(claim.id)
        if incident is None or incident.mode == LIVE:
            return []
        again = claim.presses > incident.alerts[claim.id].presses and claim.mode == LIVE
        return self.becomes_real(incident, now) if claim.held or again else []

    def becomes_real(self, incident: Incident, now: Now) -> list[Effect]:
        """What was no emergency is one: everybody is owed it, and its units are told."""
        incident.mode = LIVE
        incident.changes += 1
        work: list[Effect] = [incident.head()]
        for alert in incident.alerts.values():
            alert.mode, alert.heard_at = LIVE, now.mono
            work += [*self._news.tell(incident, alert, now), *self._told_so_far(alert)]
        return [*work, *self.overruled(now)]

    def _told_so_far(self, alert: Alert) -> list[Effect]:
        return [progress_of(alert)] if alert.held else []

    def overruled(self, now: Now) -> list[Effect]:
        """Something is real: no press is a test from now on, and none was just now."""
        on = self._running.on(now)
        return [*self._end("", now), *self._all_real(now)] if on else []

    def _all_real(self, now: Now) -> list[Effect]:
        rehearsed = [each for each in self._incidents.all_open() if each.mode != LIVE]
        return [work for each in rehearsed for work in self.becomes_real(each, now)]

    def tick(self, now: Now) -> list[Effect]:
        """End what is over: exercises by their time, and presses whose button was let go."""
        work: list[Effect] = []
        for incident in self._incidents.all_open():
            if incident.mode != LIVE:
                work += self._judge(incident, now)
        on = self._running.on(now)
        words = "; ".join(map(_words, on))
        if on:
            self._troubles.start(EXERCISE.name(), words, now.wall)
        else:
            self._troubles.end(EXERCISE.name(), now.wall)
        due = self._told_at is None or now.mono - self._told_at >= _TOLD_EVERY
        return [*work, *(self.statement(now) if due else [])]

    def _judge(self, incident: Incident, now: Now) -> list[Effect]:
        alerts = incident.alerts.values()
        waiting = min((now.mono - alert.heard_at for alert in alerts), default=0.0)
        if all(alert.is_let_go for alert in alerts):
            is_kept = all(alert.held for alert in alerts)
            is_answered = incident.mode == TEST and is_kept and waiting >= _ANSWERS_FOR
            return self._close(incident, now) if is_answered else []
        silent = (a for a in alerts if not a.is_let_go and now.mono - a.heard_at >= _SILENT)
        return self.becomes_real(incident, now) if any(silent) else []

    def _close(self, incident: Incident, now: Now) -> list[Effect]:
        """A test press is over, in the name of the person who started the test.

        Its unit is told by what the disk says then, so that no crash can make it an emergency.
        """
        exercise = self._running.named(incident.exercise)
        by = exercise.by if exercise else ""
        incident.note(Event(now.wall, "close", by, side=Answer.SCHOOL))
        for alert in incident.alerts.values():
            alert.advance(Stage.CLOSED)
            self._progress.forget(alert)
        incident.disposition, incident.over = TEST, True
        self._incidents.close(incident)
        return [
            SaveEvent(incident.id, now.wall, "close", by, "", Answer.SCHOOL),
            SaveClosed(tuple(incident.alerts)),
            incident.head(),
            *(saved_alert(alert, _ASKED) for alert in incident.alerts.values()),
        ]

    def statement(self, now: Now) -> list[Announce]:
        """Tell the other gateway of what is going on here."""
        self._told_at = now.mono
        return [self._say(each, now) for each in self._running.on(now)]

    def _end(self, by: str, now: Now) -> list[Effect]:
        on = self._running.on(now)
        return [work for each in on for work in self._learn(ended(each, now.wall, by), now)]

    def _learn(self, told: Exercise, now: Now) -> list[Effect]:
        news = self._running.learn(told, now)
        return [] if news is None else [SaveExercise(news), self._say(news, now)]

    def _say(self, exercise: Exercise, now: Now) -> Announce:
        name = IncidentId(ExerciseId(exercise.id))
        news = IncidentEvent(name, now.wall, "exercise", "", (), (), exercise=exercise)
        return Announce(incident_topic(self._site, name), encode(news))


def _words(exercise: Exercise) -> str:
    scope = f"of {len(exercise.units)} units" if exercise.units else "of all units"
    return f"a walk test {scope}, started by {exercise.by}"
