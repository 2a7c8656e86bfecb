"""``dashkit check --accept``: write suppressions for the present problems of a rule."""

from __future__ import annotations

import ast
import glob
import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from dashkit import _files, _yaml
from dashkit.app.check import Checked
from dashkit.app.ports import Ports
from dashkit.compiler.compile import shown_path
from dashkit.config.file import read_text
from dashkit.config.project import Project, load_project
from dashkit.errors import ConfigError, InputError, UsageError
from dashkit.lint.live import Ask
from dashkit.lint.suppress import comment, from_module, with_comments
from dashkit.model.problem import Problem
from dashkit.model.words import counted

_ADD_YOURSELF = "the comment cannot be added automatically"


def suppress_problems(project: Project, checked: Checked, rule: str, reason: str, until: str | None) -> list[str]:
    """Suppress all present problems of a rule: with comments in the project's modules, else with entries in dashkit.yaml.

    All new texts are made and validated before the first is written. Returns a note for each changed file.
    """
    last = _last_day(checked, rule, reason, until)
    chosen = [problem for problem in checked.problems if problem.rule == rule]
    if not chosen:
        return [f"{rule} reports nothing to suppress"]
    modules: dict[Path, set[int]] = defaultdict(set)
    others: list[Problem] = []
    for problem in chosen:
        path = Path(problem.location.path).resolve()
        if path.suffix == ".py" and problem.location.line and project.owns(path):
            modules[path].add(problem.location.line)
        else:
            others.append(problem)
    texts = {path: _with_comments(path, lines, rule, reason, last) for path, lines in modules.items()}
    entries = list(
        {str(entry): entry for entry in (_entry(problem, reason, last, project) for problem in others)}.values()
    )
    if entries:
        if project.file is None:
            raise InputError("no dashkit.yaml to write suppressions to", hint="dashkit init")
        text = with_entries(_files.read_bytes(project.file).decode(), entries, str(project.file))
        try:
            read_text(text, project.file)
        except ConfigError:
            raise _by_hand(entries, str(project.file)) from None
        texts[project.file] = text.encode()
    for path, data in texts.items():
        _files.write_atomic(path, data, mode=path.stat().st_mode & 0o777)
    notes = [
        f"{shown_path(path, Path.cwd())}: {counted(len(lines), 'comment')}, {comment(rule, reason, last)}"
        for path, lines in modules.items()
    ]
    if entries and project.file:
        notes.append(f"{project.file.name}: {counted(len(entries), 'suppression')} of {rule}")
    return notes


def reloaded(ports: Ports) -> Ports:
    """Reload dashkit.yaml, which may have new suppressions."""
    return replace(ports, project=load_project(ports.project.root, ports.project.file))


def replayed(checked: Checked, rule: str) -> Ask | None:
    """Return a live check that repeats the earlier answers, without the suppressed rule and without any request."""
    report = checked.live
    if report is None:
        return None
    left = replace(report, problems=[problem for problem in report.problems if problem.rule != rule])
    return lambda _boards, _alerts: left


def _last_day(checked: Checked, rule: str, reason: str, until: str | None) -> date | None:
    """Parse the last day of the suppression. Raises `UsageError` if the suppression would be invalid."""
    if rule not in {entry.id for entry in checked.ruleset.rules} or rule.startswith("DK0") or rule == "DK100":
        raise UsageError(
            f"--accept {rule}: no such rule, or it cannot be suppressed", hint="dashkit explain lists the rules"
        )
    if not reason.strip():
        raise UsageError("--accept needs --reason, for whoever reads it in a year")
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise UsageError(f"--until {until!r} is not a date such as 2027-01-31") from None
    if last is not None and last < datetime.now(tz=UTC).date():
        raise UsageError(f"--until {until} has passed")
    (made,) = from_module(f"x = 1  {comment(rule, reason, last)}\n", "")
    if made.fault or made.until != last:
        raise UsageError(f"--reason: {made.fault or 'its end would be read as a date'}")
    return last


def _with_comments(path: Path, lines: set[int], rule: str, reason: str, until: date | None) -> bytes:
    data = _files.read_bytes(path)
    try:
        before = data.decode()
        text = with_comments(before, lines, rule, reason, until)
        old, new = (ast.dump(ast.parse(part.removeprefix("\ufeff"))) for part in (before, text))
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", where=str(path), hint=comment(rule, reason, until)) from None
    except SyntaxError as error:
        raise InputError(_ADD_YOURSELF, where=f"{path}:{error.lineno}", hint=comment(rule, reason, until)) from None
    if old != new:  # the comment would have ended up inside a string
        raise InputError(_ADD_YOURSELF, where=str(path), hint=comment(rule, reason, until))
    return text.encode()


def _entry(problem: Problem, reason: str, until: date | None, project: Project) -> dict[str, str]:
    path = Path(problem.location.path).resolve()
    entry = {"rule": problem.rule}
    if problem.dashboard:
        entry["dashboard"] = glob.escape(problem.dashboard)
    if problem.panel:
        entry["panel"] = problem.panel
    if problem.location.path and (not problem.dashboard or not project.owns(path)):
        entry["path"] = glob.escape(shown_path(path, project.root))
    entry["reason"] = " ".join(reason.split())
    if until:
        entry["until"] = until.isoformat()
    return entry


def with_entries(text: str, entries: list[dict[str, str]], where: str = "") -> str:
    """Return the text of a dashkit.yaml with entries added to ``check.suppress``, and everything else unchanged.

    Raises:
        InputError: ``check`` is in flow style (braces), so that no lines can be added.
    """
    tree = yaml.compose(text, Loader=_yaml.LOADER)
    check = _yaml.child(tree, "check")
    if isinstance(check, yaml.MappingNode) and not check.flow_style and check.value:
        found = _yaml.child(check, "suppress")
        if isinstance(found, yaml.SequenceNode) and not found.flow_style and found.value:
            return _insert(text, _end(found), found.start_mark.column, entries)
        if found is None:
            column = check.value[0][0].start_mark.column
            return _insert(text, _end(check), column, entries, f"{' ' * column}suppress:\n")
    elif check is None and not re.search(r"^\.\.\.\s*$", text, re.MULTILINE):
        text = text if not text or text.endswith("\n") else f"{text}\n"
        return _insert(f"{text}\ncheck:\n", len(text.split("\n")) + 1, 2, entries, "  suppress:\n")
    raise _by_hand(entries, where)


def _by_hand(entries: list[dict[str, str]], where: str) -> InputError:
    return InputError("`check` is not in block style", where=where, hint=f"add to check.suppress: {entries[0]}")


def _insert(text: str, line: int, column: int, entries: list[dict[str, str]], head: str = "") -> str:
    column += 2 if head else 0
    newline = "\r\n" if "\r\n" in text else "\n"
    dumped = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110)
    block = (head + re.sub(r"^(?=.)", " " * column, dumped, flags=re.MULTILINE)).replace("\n", newline)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join([*lines[:line], block, *lines[line:]])


def _end(node: yaml.Node) -> int:
    """Return the number of the last line of a block, without trailing blank lines and comments."""
    last = node
    while isinstance(last, yaml.CollectionNode) and last.value and not last.flow_style:
        entry = last.value[-1]
        last = entry[1] if isinstance(entry, tuple) else entry
    mark = last.end_mark
    # A block scalar ends at the start of the next line, everything else on its own line.
    return int(mark.line if mark.column == 0 else mark.line + 1)
