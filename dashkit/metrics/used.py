"""Which metrics expressions read, and which of a server's metrics nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashkit.promql.nodes import Expression, Selector
from dashkit.promql.tree import parse
from dashkit.promql.variables import MARK, references

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


def uses_of(
    expr: str,
    where: str,
    source: str,
    variables: Mapping[str, str] | None = None,
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[Use | Unread]:
    """Yield the metrics that a PromQL expression reads, or what is wrong with it.

    Args:
        variables: their current values, of which only numbers are filled in: others may be set to other values.
        choices: all values that a variable can have, of those for which they are known.
    """
    known = choices or {}
    numbers = {
        name: value
        for name, value in (variables or {}).items()
        if all(_NUMBER.fullmatch(one) for one in known.get(name, (value,)))
    }
    expression: Expression = parse(expr, numbers)
    if expression.tree is None:
        yield Unread(where, source, expression.error or "variables hold too much of it")
        return
    # Longer names first: the stand-in of $a begins that of $ab.
    marks = {f"{MARK}{name}": name for name in sorted(references(expr), key=len, reverse=True)}
    for selector in expression.selectors():
        written, pattern = _name(selector)
        if written in marks:
            name = marks[written]
            if name not in known:
                yield Unread(where, source, f"the variable {name} chooses its metric")
            for value in known.get(name, ()):
                yield from (Use(value, True, where, source),) if pattern else uses_of(value, where, source)
        elif not written:
            yield Unread(where, source, f"labels choose its metrics: {expr[slice(*selector.span)]}")
        else:
            yield Use(*_filled(written, marks, pattern=pattern), where, source)


def _name(selector: Selector) -> tuple[str, bool]:
    """Return the name that a selector asks for, and whether it is a regular expression; nothing if only labels choose."""
    if selector.name:
        return selector.name, False
    asked = selector.matching("__name__")
    patterns = [matcher.value for matcher in asked if matcher.op == "=~"]
    if any(matcher.op == "!=" and not matcher.value for matcher in asked):
        patterns.append(".+")
    return (patterns[0], True) if patterns and not selector.alternatives else ("", False)


def _filled(written: str, marks: Iterable[str], *, pattern: bool) -> tuple[str, bool]:
    """Return a name, or the regular expression for one with variables in it."""
    parts = re.split("|".join(map(re.escape, marks)), written) if MARK in written else [written]
    if len(parts) == 1:
        return written, pattern
    return ".*".join(part if pattern else re.escape(part) for part in parts), True


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
        {
            "source_labels": ["__name__"],
            "regex": "|".join(map(re.escape, wanted[start : start + width])),
            "action": "drop",
        }
        for start in range(0, len(wanted), width)
    ]
