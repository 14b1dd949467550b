"""What a receiver did instead of acknowledging."""


class Dc09Error(Exception):
    """No acknowledgement, for the reason given.

    `answered`: the receiver is there, and said something else; `refused`: that it cannot process
    this event.
    """

    def __init__(self, reason: str, *, answered: bool = False, refused: bool = False) -> None:
        self.answered = answered or refused
        self.refused = refused
        super().__init__(reason)
