"""What a scraper reads of a gateway's figures."""

from collections.abc import Iterable
from typing import Any

from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families as parse


class Scraped:
    """A page of figures, as the library's own parser reads it."""

    def __init__(self, page: str) -> None:
        self.families: list[Metric] = list(parse(page))

    def value(self, name: str, **labels: Any) -> float | None:
        """The value of the one sample with these labels."""
        found = [each.value for each in self.samples(name) if labels.items() <= each.labels.items()]
        assert len(found) < 2, (name, labels, found)
        return found[0] if found else None

    def samples(self, name: str) -> Iterable[Any]:
        return (each for family in self.families for each in family.samples if each.name == name)

    @property
    def names(self) -> set[str]:
        """The name of every sample, as queries use it."""
        return {each.name for family in self.families for each in family.samples}
