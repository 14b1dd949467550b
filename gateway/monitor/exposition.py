"""Writes the figures in Prometheus' text format."""

from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

MEDIA: Final = CONTENT_TYPE_PLAIN_0_0_4


def write_figures(figures: Iterable[Metric]) -> bytes:
    """Return the page that a scraper reads."""
    return generate_latest(_Page(tuple(figures)))


class _Page(Collector):
    def __init__(self, figures: Sequence[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Sequence[Metric]:
        """Return the figures; the library asks for them."""
        return self._figures
