"""Problems that somebody has accepted, with the reason: comments in modules, and entries of dashkit.yaml.

``# dashkit: allow[DK204,DK327] orders per pallet, until 2027-01-31`` stands in, or on the line above, the call that makes the
panel, variable or rule; before the first import of a module it is for the whole of it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

from dashkit.model.dashboard import Location
from dashkit.model.problem import Problem, Severity

_COMMENT = re.compile(r"#\s*dashkit:\s*allow\b\s*(?:\[([^\]]*)\])?\s*(.*)")
_UNTIL = re.compile(r"[,;]?\s*\buntil\s+(\d\S*|\S+)\s*$")
_DATED = re.compile(r"\buntil\s+\d{4}-\d")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One accepted kind of problem; what is empty does not narrow it.

    ``lines`` are the first lines of the calls and statements around a comment, the nearest first.
    """

    rules: tuple[str, ...]
    reason: str
    source: Location
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

    @property
    def elsewhere(self) -> bool:
        """Whether it is for files that a check of the project does not read."""
        return bool(self.path) and not self.path.endswith(".py")


def from_module(text: str, path: str) -> list[Suppression]:
    """The suppressions in the comments of a Python module."""
    if "dashkit:" not in text:
        return []
    try:
        comments = [
            (token.start[0], token.string, not token.line[: token.start[1]].strip())
            for token in tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff")).readline)
            if token.type == tokenize.COMMENT and _COMMENT.match(token.string)
        ]
        tree = ast.parse(text.removeprefix("\ufeff"))
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return []  # it does not load either, and that is told
    if not comments:
        return []
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
    place = Location(path, line)
    if alone and line < first:
        return Suppression(rules, reason, place, until, fault, path=path)
    target = _next_code_line(text, line) if alone else line
    around = [start for start, end in spans if start <= target <= end]
    return Suppression(rules, reason, place, until, fault, path=path, lines=tuple(dict.fromkeys(around)) or (target,))


def _parts(rules: str, rest: str) -> tuple[tuple[str, ...], str, date | None, str]:
    names = tuple(name.strip() for name in rules.split(",") if name.strip())
    until, fault = None, ""
    found = _UNTIL.search(rest)
    if found and (found[1][0].isdigit() or rest[: found.start()].rstrip().endswith(",") or rest[found.start()] in ",;"):
        rest = rest[: found.start()]
        try:
            until = date.fromisoformat(found[1])
        except ValueError:
            fault = f"{found[1]!r} is no date such as 2027-01-31"
    elif _DATED.search(rest):
        fault = "the date stands at its end: ..., until 2027-01-31"
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
    if isinstance(until, datetime):
        until = until.date()
    elif until is not None and not isinstance(until, date):
        try:
            until = date.fromisoformat(str(until))
        except ValueError:
            until, fault = None, f"{until!r} is no date such as 2027-01-31"
    reason = str(entry.get("reason", "")).strip()
    fault = fault or ("" if reason else "it gives no reason")
    return Suppression(
        rules,
        reason,
        Location(path),
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
) -> Suppressed:
    """Leave out what is accepted; report suppressions that are unused, expired or wrong.

    Args:
        known: ids of all rules there are.
        whole: whether all was checked, so that a suppression without a problem is unused.
    """
    every = list(problems)
    index = _Index(every)
    accepted: dict[int, Suppression] = {}
    told: list[Problem] = []
    for entry in suppressions:
        unknown = [rule for rule in entry.rules if rule not in known and "*" not in rule]
        fault = entry.fault or (f"there is no rule {unknown[0]}" if unknown else "")
        if fault:
            told.append(_about(entry, "DK003", Severity.ERROR, f"a suppression is wrong: {fault}"))
            continue
        matching = list(_matching(entry, index))
        if entry.until is not None and entry.until < today:
            if matching:
                message = f"accepted until {entry.until}: {entry.reason}"
                told.append(_about(entry, "DK002", Severity.ERROR, message))
            else:
                told.append(_unused(entry))
            continue
        # What a server answers changes by the hour, and files from elsewhere are not part of every run.
        moot = all(rule.startswith("DK7") for rule in entry.rules) or entry.elsewhere
        if not matching and whole and not moot:
            told.append(_unused(entry))
        accepted.update((index, entry) for index in matching)
    kept = [problem for index, problem in enumerate(every) if index not in accepted]
    used = [(every[index], entry) for index, entry in sorted(accepted.items())]
    return Suppressed(sorted([*kept, *told], key=lambda problem: problem.order), used)


def _unused(entry: Suppression) -> Problem:
    return _about(entry, "DK001", Severity.WARNING, f"nothing to suppress here: {', '.join(entry.rules)}")


def _about(entry: Suppression, rule: str, severity: Severity, message: str) -> Problem:
    excerpt = f"{', '.join(entry.rules)} {entry.reason}".strip()
    return Problem(
        rule, severity, message, dashboard=entry.dashboard, panel=entry.panel, location=entry.source, excerpt=excerpt
    )


class _Index:
    """The problems by rule, and by rule and dashboard: thousands of suppressions must not each look at all."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._by_rule: dict[str, list[int]] = defaultdict(list)
        self._by_dashboard: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, problem in enumerate(problems):
            self._by_rule[problem.rule].append(number)
            self._by_dashboard[problem.rule, problem.dashboard].append(number)

    def candidates(self, entry: Suppression) -> Iterator[int]:
        for rule in entry.rules:
            if _has_pattern(rule):
                yield from range(len(self.problems))
            elif entry.dashboard and not _has_pattern(entry.dashboard):
                yield from self._by_dashboard.get((rule, entry.dashboard), ())
            else:
                yield from self._by_rule.get(rule, ())


def _has_pattern(text: str) -> bool:
    return any(character in text for character in "*?[")


def _matching(entry: Suppression, index: _Index) -> Iterator[int]:
    problems = index.problems
    candidates = sorted({number for number in index.candidates(entry) if _is_meant(entry, problems[number])})
    if not entry.by_comment:
        yield from candidates
        return
    for line in entry.lines:  # the nearest call that has such a problem, and no other
        here = [number for number in candidates if problems[number].location.line == line]
        if here:
            yield from here
            return


def _is_meant(entry: Suppression, problem: Problem) -> bool:
    return (
        any(fnmatchcase(problem.rule, rule) for rule in entry.rules)
        and (
            not entry.dashboard
            or problem.dashboard == entry.dashboard
            or fnmatchcase(problem.dashboard, entry.dashboard)
        )
        and (not entry.panel or entry.panel in (problem.panel, str(problem.panel_id)))
        and (not entry.path or fnmatchcase(problem.location.path, entry.path))
    )


def comment(rule: str, reason: str, until: date | None = None) -> str:
    """The comment that suppresses a rule."""
    return f"# dashkit: allow[{rule}] {' '.join(reason.split())}" + (f", until {until}" if until else "")


def with_comments(text: str, lines: Iterable[int], rule: str, reason: str, until: date | None = None) -> str:
    """The module's text with such a comment above each of the lines (counted from 1)."""
    parts = re.split(r"(?<=\n)", text)
    for line in sorted(set(lines), reverse=True):
        while line > 1 and parts[line - 2].rstrip().endswith("\\"):
            line -= 1  # a comment must not come between a backslash and what it joins
        indent = re.match(r"[^\S\r\n]*", parts[line - 1])
        assert indent is not None
        newline = "\r\n" if parts[line - 1].endswith("\r\n") else "\n"
        parts.insert(line - 1, indent[0] + comment(rule, reason, until) + newline)
    return "".join(parts)
