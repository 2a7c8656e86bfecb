"""``dashkit check --accept``: write the suppressions for problems of code that is as it is."""

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


def accept_problems(project: Project, checked: Checked, rule: str, reason: str, until: str | None) -> list[str]:
    """Accept all present problems of a rule: comments in modules of the project, entries in dashkit.yaml for other files.

    All texts are made, and tried, before the first is written. Returns a note for each file that was changed.
    """
    last = _checked(checked, rule, reason, until)
    chosen = [problem for problem in checked.problems if problem.rule == rule]
    if not chosen:
        return [f"no problem of {rule} to accept"]
    modules: dict[Path, set[int]] = defaultdict(set)
    others: list[Problem] = []
    for problem in chosen:
        path = Path(problem.location.path).resolve()
        if path.suffix == ".py" and problem.location.line and _is_ours(path, project):
            modules[path].add(problem.location.line)
        else:
            others.append(problem)
    texts = {path: _with_comments(path, lines, rule, reason, last) for path, lines in modules.items()}
    entries = list(
        {str(entry): entry for entry in (_entry(problem, reason, last, project) for problem in others)}.values()
    )
    if entries:
        if project.file is None:
            raise InputError("there is no dashkit.yaml to write suppressions into", hint="dashkit init")
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
    """With the project as dashkit.yaml has it now: it may have got suppressions."""
    return replace(ports, project=load_project(ports.project.root, ports.project.file))


def replayed(checked: Checked, rule: str) -> Ask | None:
    """What a server said stays said, but for the accepted rule; nobody is asked twice."""
    said = checked.live
    if said is None:
        return None
    left = replace(said, problems=[problem for problem in said.problems if problem.rule != rule])
    return lambda _boards, _alerts: left


def _checked(checked: Checked, rule: str, reason: str, until: str | None) -> date | None:
    """The last day; `UsageError` for what would be a wrong suppression."""
    if rule not in {entry.id for entry in checked.ruleset.rules} or rule.startswith("DK0") or rule == "DK100":
        raise UsageError(
            f"--accept {rule}: no such rule, or none that can be accepted", hint="dashkit explain lists them"
        )
    if not reason.strip():
        raise UsageError("--accept needs --reason: who reads it in a year wants to know why")
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise UsageError(f"--until {until!r} is no date such as 2027-01-31") from None
    if last is not None and last < datetime.now(tz=UTC).date():
        raise UsageError(f"--until {until} has passed")
    (made,) = from_module(f"x = 1  {comment(rule, reason, last)}\n", "")
    if made.fault or made.until != last:
        raise UsageError(f"--reason: {made.fault or 'it would be read as a date'}")
    return last


def _is_ours(path: Path, project: Project) -> bool:
    return any(path.is_relative_to(root.resolve()) for root in project.dashboards)


def _with_comments(path: Path, lines: set[int], rule: str, reason: str, until: date | None) -> bytes:
    data = _files.read_bytes(path)
    try:
        before = data.decode()
        text = with_comments(before, lines, rule, reason, until)
        old, new = (ast.dump(ast.parse(part.removeprefix("\ufeff"))) for part in (before, text))
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", where=str(path), hint=comment(rule, reason, until)) from None
    except SyntaxError as error:
        message = "the comment cannot be put in by itself"
        raise InputError(message, where=f"{path}:{error.lineno}", hint=comment(rule, reason, until)) from None
    if old != new:  # it would have come to stand in a text
        message = "the comment cannot be put in by itself"
        raise InputError(message, where=str(path), hint=comment(rule, reason, until))
    return text.encode()


def _entry(problem: Problem, reason: str, until: date | None, project: Project) -> dict[str, str]:
    path = Path(problem.location.path).resolve()
    entry = {"rule": problem.rule}
    if problem.dashboard:
        entry["dashboard"] = glob.escape(problem.dashboard)
    if problem.panel:
        entry["panel"] = problem.panel
    if problem.location.path and (not problem.dashboard or not _is_ours(path, project)):
        entry["path"] = glob.escape(shown_path(path, project.root))
    entry["reason"] = " ".join(reason.split())
    if until:
        entry["until"] = until.isoformat()
    return entry


def with_entries(text: str, entries: list[dict[str, str]], where: str = "") -> str:
    """The text of a dashkit.yaml with entries added to ``check.suppress``, all else as it was.

    Raises:
        InputError: ``check`` is written in braces, where nothing can be added by line.
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
    return InputError("`check` is not written line by line", where=where, hint=f"add to check.suppress: {entries[0]}")


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
    """The number of lines up to the end of a block, without the blank and comment lines behind it."""
    last = node
    while isinstance(last, yaml.CollectionNode) and last.value and not last.flow_style:
        entry = last.value[-1]
        last = entry[1] if isinstance(entry, tuple) else entry
    mark = last.end_mark
    # A block scalar ends at the beginning of the next line, everything else within its own.
    return int(mark.line if mark.column == 0 else mark.line + 1)
