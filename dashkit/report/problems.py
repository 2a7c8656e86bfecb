"""Problems as text, JSON values and Markdown: where, what, the part of the query in question, and how to fix it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashkit.model.problem import Problem, Severity
from dashkit.model.words import counted
from dashkit.report.style import Style, plain, table_cell

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
#: At most this many characters of a query are shown, around the part in question.
_WIDTH = 100
#: What differs between messages that say the same: quoted names, and numbers.
_PARTICULARS = re.compile(r"'[^']*'|\d[\d.,]*")


def problems_text(problems: Iterable[Problem], style: Style = plain) -> Iterator[str]:
    """Yield a few lines for each problem. What one line of source causes again and again is one block, with a count."""
    for problem, others in _grouped(problems):
        word = style(problem.severity.word, COLOURS[problem.severity])
        yield f"{style(str(problem.location) or '-', 'bold')}: {word} {problem.rule}: {safe(problem.message)}"
        if about(problem):
            yield f"    {style('in', 'dim')} {safe(about(problem))}{safe(_and_more(problem, others))}"
        if problem.excerpt:
            line, mark = excerpt(problem)
            yield f"    {style('|', 'dim')} {safe(line)}"
            if mark:
                yield f"    {style('|', 'dim')} {style(mark, COLOURS[problem.severity])}"
        if problem.hint:
            yield f"    {style('->', 'cyan')} {safe(problem.hint)}"


def _grouped(problems: Iterable[Problem]) -> Iterator[tuple[Problem, list[Problem]]]:
    """Yield each problem with those that the same rule finds at the same line, in a factory or a loop."""
    blocks: dict[object, list[Problem]] = {}
    for problem in problems:
        # Without a line, or in a JSON file, places are told apart by their pointers.
        single = not problem.location.line or not problem.location.path.endswith(".py")
        message = _PARTICULARS.sub("", problem.message)
        key = id(problem) if single else (problem.location, problem.rule, problem.severity, message)
        blocks.setdefault(key, []).append(problem)
    yield from ((block[0], block[1:]) for block in blocks.values())


def _and_more(problem: Problem, others: list[Problem]) -> str:
    """Return how often the same was found, in how many dashboards or groups: `` and 29 more in 10 dashboards``."""
    if not others:
        return ""
    names = {other.dashboard for other in (problem, *others)}
    return f", and {len(others)} more like it" + (f" in {len(names)} places" if len(names) > 1 else "")


def about(problem: Problem) -> str:
    """Return the dashboard and panel, or the group and rule, in words."""
    panel = " / ".join(part for part in (problem.around, problem.panel) if part)
    return ", ".join(part for part in (problem.dashboard, panel) if part)


def excerpt(problem: Problem) -> tuple[str, str]:
    """Return the line of the query in question, shortened if it is long, and the marks to print below it.

    The marks are empty if the problem is about the whole line.
    """
    text, (start, end) = problem.excerpt, problem.span
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : last if last >= 0 else len(text)]
    start, end = start - first, min(end - first, len(line))
    shown = line.expandtabs(1)
    if len(shown) > _WIDTH:
        begin = max(0, min(start - _WIDTH // 4, len(shown) - _WIDTH))
        cut = shown[begin : begin + _WIDTH]
        before = "..." if begin else ""
        after = "..." if begin + _WIDTH < len(shown) else ""
        shown, start, end = before + cut + after, start - begin + len(before), min(end - begin, _WIDTH) + len(before)
    shown = shown.rstrip()
    end = min(end, len(shown))
    marks = " " * start + "^" * (end - start) if 0 <= start < end else ""
    return shown, "" if marks.strip() == "^" * len(shown.strip()) else marks


def summary_text(
    problems: list[Problem], shown: int, suppressed: int, checked: str, titles: Mapping[str, str], style: Style = plain
) -> Iterator[str]:
    """Yield how many problems there are, by rule if there are several. ``checked`` says what was checked: ``3 dashboards``."""
    counts = Counter(problem.severity for problem in problems)
    rules = Counter((problem.severity, problem.rule) for problem in problems)
    if shown > 1:
        for (severity, rule), count in sorted(rules.items(), key=lambda entry: (-entry[0][0], -entry[1], entry[0][1])):
            word = style(f"{severity.word:7}", COLOURS[severity])
            yield f"  {count:5}  {word} {rule}  {titles.get(rule, '')}".rstrip()
    parts = [
        style(counted(counts[severity], severity.word), colour)
        for severity, colour in COLOURS.items()
        if counts[severity]
    ]
    found = ", ".join(parts) or style("no problems", "green")
    yield f"{found} in {checked}" + (f"; {suppressed} suppressed" if suppressed else "")
    if hidden := len(problems) - shown:
        yield style(f"{hidden} below --min-severity are not shown", "dim")


def problems_data(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return the problems as JSON values."""
    return [_data(problem) for problem in problems]


def _data(problem: Problem) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rule": problem.rule,
        "severity": problem.severity.word,
        "message": problem.message,
        "dashboard": problem.dashboard,
        "panel": problem.panel,
        **({"around": problem.around} if problem.around else {}),
        "pointer": problem.pointer,
        "location": {"path": problem.location.path, "line": problem.location.line},
        "hint": problem.hint,
    }
    if problem.excerpt:
        start, end = problem.span
        data["excerpt"] = {"text": problem.excerpt, "start": start, "end": end or len(problem.excerpt)}
    return data


def problems_markdown(problems: Iterable[Problem], checked: str) -> str:
    """Return a table for a comment on a pull request. ``checked`` says what was checked: ``3 dashboards``."""
    rows = [
        f"| {problem.severity.word} | {problem.rule} | `{problem.location}` | {_cell(about(problem))} "
        f"| {_cell(problem.message)} |"
        for problem in problems
    ]
    if not rows:
        return f"**dashkit check**: no problems in {checked}\n"
    head = [
        f"**dashkit check**: {counted(len(rows), 'problem')} in {checked}",
        "",
        "| severity | rule | where | what | message |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    return table_cell(one_line(text))


def one_line(text: str) -> str:
    """Return text on one line, without control characters."""
    return safe(" ".join(text.split()))


def safe(text: str) -> str:
    """Replace control characters, which a title from elsewhere could use to attack the terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() or character == " " else "\ufffd" for character in text)
