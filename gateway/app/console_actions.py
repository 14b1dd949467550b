"""Takes what the console left for the gateway: judged, put into the table of actions, removed.

A thread of its own, at most 200 actions a second, so that no crowd at the console, and no console
that was taken over, holds the loop.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Final

from gateway.app.refused_actions import RefusedActions
from gateway.config.console_process import folder_of_actions
from gateway.config.settings import GatewaySettings
from gateway.console.plan_editor import PlanEditor
from gateway.console.rates import MOST_A_MINUTE, Rate
from gateway.core.events import HealthStatus
from gateway.core.site import MovedPlaces, Register
from gateway.store.action_folder import LeftActions, left_at
from gateway.store.actions import ActionQueue
from gateway.store.left_action import read_action
from service.events import CallbackFailed
from service.periodic import Periodic
from wire.answers import MOVES
from wire.errors import WireError
from wire.ids import Monotonic, Seconds
from wire.process_troubles import CONSOLE_ACTIONS

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(0.1)
# While the disk takes nothing; what lies there waits.
_EVERY_OF_FAILING: Final = Seconds(2.0)
_MOST: Final = 20
# Whatever file it is about: it is worth another try.
_OF_THE_DISK: Final = (sqlite3.DatabaseError, sqlite3.InternalError)


def console_actions(
    settings: GatewaySettings,
    register: Register,
    put: Callable[[CallbackFailed | HealthStatus], None],
) -> "ConsoleActions":
    """Return what takes the actions of the console that `settings` name."""
    left = LeftActions(folder_of_actions(settings.accounts, settings.store))
    queue, editor = ActionQueue(settings.store.path), PlanEditor(settings.site.rooms)
    return ConsoleActions(left, queue, editor, register, put)


class ConsoleActions:
    """Moves actions from `left` to `queue`; rooms and cameras by `editor`, cameras of `register`
    alone.
    """

    def __init__(
        self,
        left: LeftActions,
        queue: ActionQueue,
        editor: PlanEditor,
        register: Register,
        put: Callable[[CallbackFailed | HealthStatus], None],
    ) -> None:
        self._left = left
        self._queue = queue
        self._editor = editor
        self._register = register
        self._put = put
        self._refused = RefusedActions()
        self._moves = Rate(MOST_A_MINUTE)
        self._periodic = Periodic("console actions", _EVERY, self.take, put)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def update(self, register: Register) -> None:
        """Take the register as it is now; from any thread."""
        self._register = register

    def take(self) -> None:
        """Take what lies there; what is no action is removed, counted and told."""
        waiting = Seconds(0.0)
        try:
            look = self._left.look(_MOST)
            if look.strange:
                self._refused.count(look.strange, "a file that no console leaves", _now())
            if look.actions:
                waiting = Seconds(time.time() - left_at(look.actions[0]))
            for name in look.actions:
                self._take_one(name)
            self._periodic.every = _EVERY
        except (OSError, sqlite3.Error) as error:
            if self._periodic.every == _EVERY:
                log.error("what the console left cannot be taken: %s", error)
            self._periodic.every = _EVERY_OF_FAILING
        self._put(HealthStatus(CONSOLE_ACTIONS.name(), self._refused.detail(waiting, _now())))

    def _take_one(self, name: str) -> None:
        """Take one file, and remove it: one that cannot be taken now is one that never can."""
        try:
            action = read_action(self._left.read(name))
            self._must_be_people(action.what)
            self._move(action.moved)
            self._queue.put([action], file=name)
        except Exception as error:  # the one place that contains an action
            if isinstance(error, sqlite3.OperationalError) or type(error) in _OF_THE_DISK:
                raise
            self._refused.count(1, repr(error), _now())
        self._left.remove(name)

    def _must_be_people(self, what: str) -> None:
        """Each split is an incident more at every receiver: nobody makes them by the second."""
        if what in MOVES and not self._moves.allows(what, _now()):
            raise WireError(f"{what}: more often than people do")

    def _move(self, moved: MovedPlaces) -> None:
        known = {each for entry in self._register.by_room.values() for each in entry.cameras}
        cameras = {name: at for name, at in moved.cameras.items() if name in known}
        self._editor.move(moved.rooms, cameras)


def _now() -> Monotonic:
    return Monotonic(time.monotonic())
