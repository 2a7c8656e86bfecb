"""The label sets of a metric: each combination of what its labels may be, made only when they are asked for.

Five labels with thirty values each combine to 24 million label sets. What is usually asked is which values one label has.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelSets:
    """Every combination of one entry of each part, in order; where two parts have a label, the later one counts.

    Attributes:
        parts: for each part its entries, which all have the same labels. Without a part, there is one empty label set.
    """

    parts: tuple[Sequence[Mapping[str, str]], ...] = ()

    def __len__(self) -> int:
        return math.prod(map(len, self.parts))

    def __iter__(self) -> Iterator[dict[str, str]]:
        for combination in itertools.product(*self.parts):
            yield {label: value for entry in combination for label, value in entry.items()}

    @property
    def labels(self) -> frozenset[str]:
        """The names of all labels."""
        return frozenset(label for part in self.parts for entry in part[:1] for label in entry)

    def values(self, label: str) -> frozenset[str]:
        """Return the values of a label; nothing if there is no such label."""
        for part in reversed(self.parts):
            if part and label in part[0]:
                return frozenset(entry[label] for entry in part)
        return frozenset()

    def some(self, most: int) -> Iterator[dict[str, str]]:
        """Yield all label sets, or about so many of them, among which is each entry of each part."""
        parts = list(self.parts)
        while math.prod(map(len, parts)) > most:
            longest = max(range(len(parts)), key=lambda place: len(parts[place]))
            parts[longest] = parts[longest][: len(parts[longest]) * 3 // 4 or 1]
        yield from LabelSets(tuple(parts))
        firsts = [part[:1] for part in self.parts]
        for place, part in enumerate(self.parts):
            for entry in part[len(parts[place]) :]:
                yield from LabelSets((*firsts[:place], [entry], *firsts[place + 1 :]))
