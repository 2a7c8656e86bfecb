"""Suppressions: problems that are ignored for a stated reason, by comments in modules and entries of dashkit.yaml.

``# dashkit: allow[DK204,DK327] orders per pallet, until 2027-01-31`` goes inside, or on the line above, the call that creates
the panel, variable or rule. Before the first import of a module it applies to the whole module.
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
_NO_REASON = "the reason is missing"
_DATED = re.compile(r"\buntil\s+\d{4}-\d")


@dataclass(frozen=True, slots=True)
class Suppression:
    """The suppression of some rules. Each of ``dashboard``, ``panel`` and ``path`` that is not empty narrows it.

    Attributes:
        fault: what is wrong with it; it then suppresses nothing.
        lines: the first lines of the calls and statements around a comment, innermost first.
    """

    rules: tuple[str, ...]
    reason: str
    source: Location
    until: date | None = None
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
        """Whether it applies to files that a check of the project does not read."""
        return bool(self.path) and not self.path.endswith(".py")


def from_module(text: str, path: str) -> list[Suppression]:
    """Return the suppressions in the comments of a Python module."""
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
        return []  # the module does not load either, which is reported
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
            fault = f"{found[1]!r} is not a date such as 2027-01-31"
    elif _DATED.search(rest):
        fault = "the date must come last: ..., until 2027-01-31"
    reason = rest.strip(" ,;:-")
    if not names:
        fault = fault or "no rule is named: allow[DK204] reason"
    elif not reason:
        fault = fault or _NO_REASON
    return names, reason, until, fault


def _next_code_line(text: str, line: int) -> int:
    lines = text.split("\n")
    following = ((number, text.strip()) for number, text in enumerate(lines[line:], line + 1))
    return next((number for number, code in following if code and not code.startswith("#")), line)


def from_config(entries: Iterable[Mapping[str, Any]], path: str) -> list[Suppression]:
    """Return the suppressions of dashkit.yaml."""
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
            until, fault = None, f"{until!r} is not a date such as 2027-01-31"
    reason = str(entry.get("reason", "")).strip()
    return Suppression(
        rules, reason, Location(path), until, fault or ("" if reason else _NO_REASON), entry.get("dashboard", ""),
        str(entry.get("panel", "")), entry.get("path", ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The problems to report, including those of suppressions, and each suppressed problem with its suppression."""

    problems: list[Problem]
    suppressed: list[tuple[Problem, Suppression]]


def suppress(
    problems: Iterable[Problem],
    suppressions: Iterable[Suppression],
    today: date,
    known: frozenset[str],
    *,
    whole: bool,
) -> Suppressed:
    """Remove suppressed problems; report suppressions that are unused, expired or invalid.

    Args:
        known: the ids of all rules.
        whole: whether everything was checked, so that a suppression without a problem is unused.
    """
    every = list(problems)
    index = _Index(every)
    suppressed: dict[int, Suppression] = {}
    reported: list[Problem] = []
    for entry in suppressions:
        unknown = [rule for rule in entry.rules if rule not in known and "*" not in rule]
        fault = entry.fault or (f"there is no rule {unknown[0]}" if unknown else "")
        if fault:
            reported.append(_about(entry, "DK003", Severity.ERROR, f"invalid suppression: {fault}"))
            continue
        matching = list(_matching(entry, index))
        if entry.until is not None and entry.until < today:
            message = f"suppressed until {entry.until}: {entry.reason}"
            reported.append(_about(entry, "DK002", Severity.ERROR, message) if matching else _unused(entry))
            continue
        # Answers of a server change by the hour, and files from elsewhere are not part of every run.
        moot = all(rule.startswith("DK7") for rule in entry.rules) or entry.elsewhere
        if not matching and whole and not moot:
            reported.append(_unused(entry))
        suppressed.update((number, entry) for number in matching)
    reported += (problem for number, problem in enumerate(every) if number not in suppressed)
    used = [(every[number], suppressed[number]) for number in sorted(suppressed)]
    return Suppressed(sorted(reported, key=lambda problem: problem.order), used)


def _unused(entry: Suppression) -> Problem:
    return _about(entry, "DK001", Severity.WARNING, f"unused suppression of {', '.join(entry.rules)}")


def _about(entry: Suppression, rule: str, severity: Severity, message: str) -> Problem:
    excerpt = f"{', '.join(entry.rules)} {entry.reason}".strip()
    return Problem(
        rule, severity, message, dashboard=entry.dashboard, panel=entry.panel, location=entry.source, excerpt=excerpt
    )


class _Index:
    """An index of problems by rule and dashboard, so that thousands of suppressions need not each search them all."""

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
    for line in entry.lines:  # only the innermost call that has such a problem
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
    """Return the comment that suppresses a rule."""
    return f"# dashkit: allow[{rule}] {' '.join(reason.split())}" + (f", until {until}" if until else "")


def with_comments(text: str, lines: Iterable[int], rule: str, reason: str, until: date | None = None) -> str:
    """Return the module's text with such a comment above each of the lines (counted from 1)."""
    parts = re.split(r"(?<=\n)", text)
    for line in sorted(set(lines), reverse=True):
        while line > 1 and parts[line - 2].rstrip().endswith("\\"):
            line -= 1  # a comment must not follow a line continuation
        indent = re.match(r"[^\S\r\n]*", parts[line - 1])
        assert indent is not None
        newline = "\r\n" if parts[line - 1].endswith("\r\n") else "\n"
        parts.insert(line - 1, indent[0] + comment(rule, reason, until) + newline)
    return "".join(parts)
