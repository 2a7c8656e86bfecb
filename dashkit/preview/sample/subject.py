"""What is known of a base series when its values are made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dashkit.preview.sample.seed import label_seed
from dashkit.preview.sample.words import vocabulary

_CROWDS = vocabulary("system service job namespace app component cluster status code status_code response_code result")


class Subject(NamedTuple):
    """A series: its metric, and its labels.

    ``varied`` are those of its labels that tell it from the other series of its metric on the same target. ``roles`` are
    what its metric and others about the same thing are, such as ``used`` and ``limit`` (of gauges), or ``bad``, ``good``
    and ``whole`` (of counters).
    """

    name: str
    labels: Mapping[str, str]
    varied: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    unit: str = ""
    help: str = ""

    @property
    def seed(self) -> str:
        """A text that tells its labels from others."""
        return label_seed(self.labels)

    @property
    def crowd(self) -> str:
        """A text that tells what shares its good and bad hours from others: the instances and paths of a service do."""
        return label_seed({label: value for label, value in self.labels.items() if label in _CROWDS})

    def with_labels(self, **labels: str) -> Subject:
        return self._replace(labels={**self.labels, **labels})
