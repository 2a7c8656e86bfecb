"""Which metrics expressions read, and which of a server's metrics nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashkit.promql.nodes import Expression, Selector
from dashkit.promql.tree import parse
from dashkit.promql.variables import QUOTED

#: A name as an author writes it, perhaps with variables in it.
_NAME = re.compile(r"(?:\$\{[^}]*\}|\$\w+|\[\[[^\]]*\]\]|[A-Za-z0-9_:])+")
_NAME_MATCHER = re.compile(rf"__name__\s*(=~|=)\s*({QUOTED})")
_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\w+|\[\[[^\]]*\]\]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: What a histogram or summary writes besides its own name. They are used, and dropped, together.
_PARTS = ("_bucket", "_sum", "_count", "_created")
#: Patterns that any name matches.
EVERYTHING = (".*", ".+")
#: Never to be dropped: whether a target was there at all, and what alerts and scrapes say of themselves.
KEPT = re.compile(r"up|ALERTS.*|scrape_.*")


@dataclass(frozen=True, slots=True)
class Use:
    """A metric that something reads.

    ``name`` is its name, or with ``pattern`` a regular expression that a variable or a matcher makes of it. ``where`` says
    what reads it, ``source`` whose that is: the project, a context, Prometheus' own rules.
    """

    name: str
    pattern: bool
    where: str
    source: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Something whose metrics are not known, and why."""

    where: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Unused:
    """The metrics of a server that nothing reads, and those that only a pattern may read, with their numbers of series.

    ``everything`` are the uses of all metrics at once, such as a panel of the largest ones. They do not count as readers.
    """

    unused: Mapping[str, int]
    maybe: Mapping[str, int]
    everything: tuple[Use, ...]
    #: All series of the server.
    series: int

    @property
    def unused_series(self) -> int:
        return sum(self.unused.values())


def uses_of(expr: str, where: str, source: str, variables: Mapping[str, str] | None = None) -> Iterator[Use | Unread]:
    """Yield the metrics that a PromQL expression reads, or what is wrong with it.

    Of the ``variables``, only numbers are filled in: others may be set to other values than their current ones.
    """
    numbers = {name: value for name, value in (variables or {}).items() if _NUMBER.fullmatch(value)}
    expression: Expression = parse(expr, numbers)
    if expression.tree is None:
        yield Unread(where, source, expression.error or "variables hold too much of it")
        return
    for selector in expression.selectors():
        yield _use(expr, selector, where, source)


def _use(expr: str, selector: Selector, where: str, source: str) -> Use:
    start, end = selector.span
    if selector.name and not expr.startswith("{", start):
        found = _NAME.match(expr, start)
        return Use(*_pattern(found[0] if found else selector.name, literal=True), where, source)
    # The matcher as it is written: in the parsed one, stand-ins take the place of variables.
    found = _NAME_MATCHER.search(expr, start, end)
    if found is None:
        return Use(".*", True, where, source)
    name, pattern = _pattern(found[2][1:-1], literal=found[1] == "=")
    return Use(name, pattern or found[1] == "=~", where, source)


def _pattern(written: str, *, literal: bool) -> tuple[str, bool]:
    """Return a name, or the regular expression for one with variables in it."""
    parts = _VARIABLE.split(written)
    if len(parts) == 1:
        return written, False
    return ".*".join(re.escape(part) if literal else part for part in parts), True


def family(name: str) -> str:
    """Return the name of the histogram or summary that a series belongs to: ``x`` for ``x_bucket``."""
    for part in _PARTS:
        if name.endswith(part):
            return name.removesuffix(part)
    return name


def unused(counts: Mapping[str, int], uses: Iterable[Use]) -> Unused:
    """Return which of a server's metrics nothing reads. ``counts`` are its series by name."""
    uses = list(uses)
    names = {family(use.name) for use in uses if not use.pattern}
    everything = tuple(use for use in uses if use.pattern and use.name in EVERYTHING)
    patterns = [_compiled(use.name) for use in uses if use.pattern and use.name not in EVERYTHING]
    members: dict[str, list[str]] = {}
    for name in counts:
        members.setdefault(family(name), []).append(name)
    lost: dict[str, int] = {}
    maybe: dict[str, int] = {}
    for group, found in sorted(members.items()):
        if group in names or any(KEPT.fullmatch(name) for name in found):
            continue
        read = any(pattern is None or pattern.fullmatch(name) for pattern in patterns for name in found)
        (maybe if read else lost).update({name: counts[name] for name in sorted(found)})
    return Unused(lost, maybe, everything, sum(counts.values()))


def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern, or None for one that Python does not read: it may match anything."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


def drop_rules(names: Iterable[str], width: int = 40) -> list[dict[str, object]]:
    """Return ``metric_relabel_configs`` that drop metrics, so many names in each.

    Recorded series are left out: no scrape brings them.
    """
    wanted = sorted(name for name in names if ":" not in name and not KEPT.fullmatch(name))
    return [
        {"source_labels": ["__name__"], "regex": "|".join(wanted[start : start + width]), "action": "drop"}
        for start in range(0, len(wanted), width)
    ]
