"""Problems that somebody has accepted, with the reason: comments in modules, and entries of dashkit.yaml.

``# dashkit: allow[DK204,DK327] orders per pallet, until 2027-01-31`` stands in, or on the line above, the call that makes the
panel, variable or rule; before the first import of a module it is for the whole of it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from dashkit.model.dashboard import Source
from dashkit.model.problem import Problem, Severity

_COMMENT = re.compile(r"#\s*dashkit:\s*allow\b\s*(?:\[([^\]]*)\])?\s*(.*)")
_UNTIL = re.compile(r"[,;]?\s*\buntil\s+(\S+)\s*$")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One accepted kind of problem; what is empty does not narrow it.

    ``lines`` are the first lines of the calls and statements around a comment, the nearest first.
    """

    rules: tuple[str, ...]
    reason: str
    source: Source
    until: date | None = None
    #: What is wrong with it; it then suppresses nothing.
    fault: str = ""
    dashboard: str = ""
    panel: str = ""
    path: str = ""
    lines: tuple[int, ...] = ()

    @property
    def by_comment(self) -> bool:
        return bool(self.lines)


def from_module(text: str, path: str) -> list[Suppression]:
    """The suppressions in the comments of a Python module."""
    if "dashkit:" not in text:
        return []
    comments = [
        (token.start[0], token.string, not token.line[: token.start[1]].strip())
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and _COMMENT.match(token.string)
    ]
    if not comments:
        return []
    tree = ast.parse(text)
    spans = sorted(
        {
            (node.lineno, node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call | ast.stmt)
        },
        key=lambda span: (span[1] - span[0], -span[0]),
    )
    body = [node for node in tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    first = body[0].lineno if body else 1
    return [_from_comment(text, path, line, found, alone, spans, first) for line, found, alone in comments]


def _from_comment(
    text: str, path: str, line: int, comment: str, alone: bool, spans: list[tuple[int, int]], first: int
) -> Suppression:
    found = _COMMENT.match(comment)
    assert found is not None
    rules, reason, until, fault = _parts(found[1] or "", found[2])
    place = Source(path, line)
    if alone and line < first:
        return Suppression(rules, reason, place, until, fault, path=path)
    target = _next_code_line(text, line) if alone else line
    around = [start for start, end in spans if start <= target <= end]
    return Suppression(rules, reason, place, until, fault, path=path, lines=tuple(dict.fromkeys(around)) or (target,))


def _parts(rules: str, rest: str) -> tuple[tuple[str, ...], str, date | None, str]:
    names = tuple(name.strip() for name in rules.split(",") if name.strip())
    until, fault = None, ""
    found = _UNTIL.search(rest)
    if found:
        rest = rest[: found.start()]
        try:
            until = date.fromisoformat(found[1])
        except ValueError:
            fault = f"{found[1]!r} is no date such as 2027-01-31"
    reason = rest.strip(" ,;:-")
    if not names:
        fault = fault or "it names no rule: allow[DK204] reason"
    elif not reason:
        fault = fault or "it gives no reason"
    return names, reason, until, fault


def _next_code_line(text: str, line: int) -> int:
    lines = text.split("\n")
    for number in range(line, len(lines)):
        stripped = lines[number].strip()
        if stripped and not stripped.startswith("#"):
            return number + 1
    return line


def from_config(entries: Iterable[Mapping[str, Any]], path: str) -> list[Suppression]:
    """The suppressions of dashkit.yaml."""
    return [_from_entry(entry, path) for entry in entries]


def _from_entry(entry: Mapping[str, Any], path: str) -> Suppression:
    rule = entry["rule"]
    rules = tuple(rule) if isinstance(rule, list) else (str(rule),)
    until, fault = entry.get("until"), ""
    if until is not None and not isinstance(until, date):
        try:
            until = date.fromisoformat(str(until))
        except ValueError:
            until, fault = None, f"{until!r} is no date such as 2027-01-31"
    reason = str(entry.get("reason", "")).strip()
    fault = fault or ("" if reason else "it gives no reason")
    return Suppression(
        rules,
        reason,
        Source(path),
        until,
        fault,
        entry.get("dashboard", ""),
        str(entry.get("panel", "")),
        entry.get("path", ""),
    )


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What is left to report, the problems of suppressions among it, and what was suppressed with what."""

    problems: list[Problem]
    accepted: list[tuple[Problem, Suppression]]


def suppress(
    problems: Iterable[Problem],
    suppressions: Iterable[Suppression],
    today: date,
    known: frozenset[str],
    *,
    whole: bool,
    live: bool = False,
) -> Suppressed:
    """Leave out what is accepted; report suppressions that are unused, expired or wrong.

    Args:
        known: ids of all rules there are.
        whole: whether all was checked, so that a suppression without a problem is unused.
        live: whether a server was asked; else nothing is known of suppressions of rules that need one.
    """
    every = list(problems)
    accepted: dict[int, Suppression] = {}
    told: list[Problem] = []
    for entry in suppressions:
        unknown = [rule for rule in entry.rules if rule not in known and "*" not in rule]
        fault = entry.fault or (f"there is no rule {unknown[0]}" if unknown else "")
        if fault:
            told.append(_about(entry, "DK003", Severity.ERROR, f"a suppression is wrong: {fault}"))
            continue
        matching = list(_matching(entry, every))
        if entry.until is not None and entry.until < today:
            if matching:
                message = f"accepted until {entry.until}: {entry.reason}"
                told.append(_about(entry, "DK002", Severity.ERROR, message))
            else:
                told.append(_unused(entry))
            continue
        if not matching and whole and (live or not all(rule.startswith("DK7") for rule in entry.rules)):
            told.append(_unused(entry))
        accepted.update((index, entry) for index in matching)
    kept = [problem for index, problem in enumerate(every) if index not in accepted]
    used = [(every[index], entry) for index, entry in sorted(accepted.items())]
    return Suppressed(sorted([*kept, *told], key=lambda problem: problem.order), used)


def _unused(entry: Suppression) -> Problem:
    return _about(entry, "DK001", Severity.WARNING, f"nothing to suppress here: {', '.join(entry.rules)}")


def _about(entry: Suppression, rule: str, severity: Severity, message: str) -> Problem:
    excerpt = f"{', '.join(entry.rules)} {entry.reason}".strip()
    return Problem(rule, severity, message, dashboard=entry.dashboard, location=entry.source, excerpt=excerpt)


def _matching(entry: Suppression, problems: list[Problem]) -> Iterator[int]:
    candidates = [index for index, problem in enumerate(problems) if _is_meant(entry, problem)]
    if not entry.by_comment:
        yield from candidates
        return
    for line in entry.lines:  # the nearest call that has such a problem, and no other
        here = [index for index in candidates if problems[index].location.line == line]
        if here:
            yield from here
            return


def _is_meant(entry: Suppression, problem: Problem) -> bool:
    return (
        any(fnmatchcase(problem.rule, rule) for rule in entry.rules)
        and (not entry.dashboard or fnmatchcase(problem.dashboard, entry.dashboard))
        and (not entry.panel or entry.panel in (problem.panel, str(problem.panel_id)))
        and (not entry.path or fnmatchcase(problem.location.path, entry.path))
    )


def comment(rule: str, reason: str, until: date | None = None) -> str:
    """The comment that suppresses a rule."""
    return f"# dashkit: allow[{rule}] {' '.join(reason.split())}" + (f", until {until}" if until else "")


def with_comments(text: str, lines: Iterable[int], rule: str, reason: str, until: date | None = None) -> str:
    """The module's text with such a comment above each of the lines (counted from 1)."""
    parts = text.split("\n")
    for line in sorted(set(lines), reverse=True):
        indent = re.match(r"\s*", parts[line - 1])
        assert indent is not None
        parts.insert(line - 1, indent[0] + comment(rule, reason, until))
    return "\n".join(parts)


def located(suppression: Suppression, path: str) -> Suppression:
    """The same, its path as it is shown to people."""
    return replace(suppression, path=path, source=replace(suppression.source, path=path))
