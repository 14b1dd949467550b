"""What the machine does next, drawn from the seed alone.

Now and then hypothesis draws a constant that stands in some module of ours, of all that the process
has imported so far: a run beside other tests went another way than a run alone, and what failed
there passed here.  No setting turns that off, so a backend of our own does.
"""

from typing import Any, Final

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

FROM_THE_SEED: Final = "from-the-seed"


class FromTheSeed(HypothesisProvider):
    """Draws as hypothesis does, and never a constant that stands in a module."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS[FROM_THE_SEED] = FromTheSeed
