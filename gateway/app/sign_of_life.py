"""What the gateway says of itself to other processes on its machine, in memory."""

from collections.abc import Callable

from service.life_sign import LifeSign


class SignOfLife:
    """Says in `sign` that the gateway lives, and whether its store `works`: at once if it changes.

    That the store fails cannot be read in the store.
    """

    def __init__(self, sign: LifeSign, works: Callable[[], bool]) -> None:
        self._sign = sign
        self._works = works
        self._told = True

    def give(self) -> None:
        """Say it; for the watchdog, whenever every part has proved its progress."""
        self._told = self._works()
        self._sign.give(self._told)

    def check(self) -> None:
        """Say it now if the store has failed or works again."""
        if self._works() != self._told:
            self.give()

    def take_back(self) -> None:
        """Say that the gateway ends."""
        self._sign.take_back()
