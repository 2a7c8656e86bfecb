"""Some rules of a rule file with all that they need: promtool evaluates every rule for every test, which is most of its time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.support.reading import read

Rule = dict[str, Any]
Group = dict[str, Any]


@functools.cache
def reads(expr: str) -> frozenset[str]:
    """The names of the series that an expression reads."""
    return frozenset(selector.name for selector in read(expr).selectors)


def narrowed(groups: Iterable[Group], wanted: Callable[[Rule], bool]) -> list[Group]:
    """The groups with the rules that are wanted, and with those that record what these read, at any depth."""
    known = list(groups)
    rules = [rule for group in known for rule in group["rules"]]
    kept = [rule for rule in rules if wanted(rule)]
    ids = set(map(id, kept))
    while kept:
        names = reads(kept.pop()["expr"])
        for rule in rules:
            if rule.get("record") in names and id(rule) not in ids:
                ids.add(id(rule))
                kept.append(rule)
    return list(_with(known, ids))


def affected(groups: Iterable[Group], changed: Iterable[str]) -> Callable[[Rule], bool]:
    """Whether a rule reads one of the series, or what another records of them, at any depth."""
    rules = [rule for group in groups for rule in group["rules"]]
    names, before = set(changed), 0
    while len(names) > before:
        before = len(names)
        names.update(rule["record"] for rule in rules if "record" in rule and reads(rule["expr"]) & names)
    return lambda rule: bool(reads(rule["expr"]) & names)


def _with(groups: Iterable[Group], ids: set[int]) -> Iterator[Group]:
    for group in groups:
        rules = [rule for rule in group["rules"] if id(rule) in ids]
        if rules:
            yield {**group, "rules": rules}
