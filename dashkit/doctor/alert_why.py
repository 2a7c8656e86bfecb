"""Why an expression returns nothing: no data, sides that do not match, or a limit that is not reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from dashkit.doctor.alert_parts import COMPARISONS, Limit, limit_of
from dashkit.doctor.alert_series import Parts
from dashkit.metrics.prometheus import Measured
from dashkit.model.alerts import number
from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Aggregate, Binary, Call, Negative, Node, Selector, String, Subquery
from dashkit.promql.tree import parse


class Cause(Enum):
    """Why there is no result, the gravest first."""

    NO_DATA = "no data"
    NO_MATCH = "its parts have no labels in common"
    CALM = "its condition does not hold"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and what to do about it (empty if nothing is wrong)."""

    cause: Cause
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Finds reasons; ``recorded`` are the series that the project's own rules record."""

    parts: Parts
    recorded: frozenset[str]

    def empty(self, node: Node) -> list[Reason]:
        """Return why a part that has no series has none. Raises `ServerError`."""
        if error := self.parts.error(node):
            return [Reason(Cause.NO_DATA, error[:300], "correct the expression")]
        if isinstance(node, Selector):
            found = self.parts.missing(node, self.recorded)
            return [Reason(Cause.CALM if found.well else Cause.NO_DATA, found.text, found.mend)]
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Aggregate | Negative | Subquery):
            return self.empty(node.arg) if not self.parts.series(node.arg) else [self._lost(node)]
        return [Reason(Cause.NO_DATA, f"{self._text(node)} returns nothing")]

    def _binary(self, node: Binary) -> list[Reason]:
        if node.op == "or":
            both = [*self.empty(node.left), *self.empty(node.right)]
            # Of alternatives, one may well have no data: then the others decide.
            return sorted(both, key=lambda reason: reason.cause is not Cause.CALM)
        sides = [side for side in (node.left, node.right) if not is_scalar(side)]
        if node.op == "unless":
            sides = sides[:1]
        without = [side for side in sides if not self.parts.series(side)]
        if without:
            return [reason for side in without for reason in self.empty(side)]
        if node.op == "unless":
            return [Reason(Cause.CALM, f"{self._text(node.right)} excludes all of {self._text(node.left)}")]
        limit = limit_of(node)
        if limit is not None:
            return [Reason(Cause.CALM, self._distance(limit, node))]
        if len(sides) == 2 and (words := _unmatched(node, *map(self.parts.series, sides))):
            text = f"{self._text(node.left)} and {self._text(node.right)} have series, but none match: {words}"
            return [Reason(Cause.NO_MATCH, text, "on (...) or ignoring (...) says which labels are compared")]
        what = f"no value of {self._text(node.left)} is {node.op} {self._text(node.right)}"
        return [Reason(Cause.CALM if node.op in COMPARISONS else Cause.NO_DATA, what)]

    def _distance(self, limit: Limit, node: Node) -> str:
        found = self.parts.series(limit.value)
        numbers = [entry for entry in found if entry.values[-1] == entry.values[-1]]
        if not numbers:
            return f"{self._text(limit.value)} is not a number now (such as 0/0)"
        best = min(numbers, key=lambda entry: abs(entry.values[-1] - limit.number))
        value = best.values[-1]
        away = abs(value - limit.number)
        of = f" ({away / abs(limit.number):.0%} away)" if limit.number and 0 < away < abs(limit.number) else ""
        which = f" ({series_name(best.labels)})" if len(numbers) > 1 and best.labels else ""
        # What the whole condition compares is told beside it.
        what = (
            "the nearest value"
            if node == parse(self.parts.text).tree
            else f"{self._text(limit.value)}: the nearest value"
        )
        return f"{what} is {value:.4g}{which}, and has to be {limit.op} {number(limit.number)}{of}"

    def _call(self, node: Call) -> list[Reason]:
        vectors = [arg for arg in node.args if not is_scalar(arg) and not isinstance(arg, String)]
        if node.name.startswith("absent"):
            return [Reason(Cause.CALM, f"what {self._text(node)} looks for is there")]
        without = [arg for arg in vectors if not self.parts.series(arg)]
        return [reason for arg in without for reason in self.empty(arg)] or [self._lost(node)]

    def _lost(self, node: Node) -> Reason:
        ranged = isinstance(node, Call) and any(isinstance(arg, Selector) and arg.range for arg in node.args)
        mend = "it needs two samples in its range: give it four scrape intervals" if ranged else ""
        return Reason(Cause.NO_DATA, f"{self._text(node)} returns nothing, though its series are there", mend)

    def _text(self, node: Node) -> str:
        text = " ".join(self.parts.text[slice(*node.span)].split())
        return text if len(text) <= 80 else f"{text[:77]}..."


def _unmatched(node: Binary, left: Sequence[Measured], right: Sequence[Measured]) -> str:
    """Return which compared labels keep the sides from matching; empty if some series match."""

    def compared(entry: Measured) -> dict[str, str]:
        labels = {label: value for label, value in entry.labels.items() if label != "__name__" and value}
        if node.on is None:
            return labels
        return {label: value for label, value in labels.items() if (label in node.labels) == node.on}

    ours, theirs = [compared(entry) for entry in left], [compared(entry) for entry in right]
    if any(entry in theirs for entry in ours):
        return ""
    names = sorted({label for entry in (*ours, *theirs) for label in entry})
    words = []
    for label in names:
        here, there = ({entry.get(label, "") for entry in side} for side in (ours, theirs))
        if not here & there:
            shown = [
                " or ".join(sorted(f'"{value}"' if value else "missing" for value in side)[:3])
                for side in (here, there)
            ]
            words.append(f"{label} is {shown[0]} on the left, and {shown[1]} on the right")
    return "; ".join(words) or "no two series have all labels in common"


def series_name(labels: Mapping[str, str]) -> str:
    """Return labels as in PromQL, without the name."""
    return "{" + ", ".join(f'{label}="{value}"' for label, value in sorted(labels.items()) if label != "__name__") + "}"
