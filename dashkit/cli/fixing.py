"""``dashkit check --fix``: bring JSON files to the form that the compiler gives, and say what that changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.cli.console import Console, counted
from dashkit.compiler.compile import compile_document
from dashkit.compiler.discover import discover
from dashkit.config.project import Project
from dashkit.errors import ExitCode, InputError, UsageError, worst
from dashkit.lint.files import looks_like_dashboard
from dashkit.spec.diff import changes
from dashkit.spec.normalise import Origin
from dashkit.spec.walk import panels


def fix_files(project: Project, paths: tuple[str, ...], console: Console) -> ExitCode:
    """Rewrite the JSON files at the paths (the project's without any); a file that is in form already stays as it is."""
    if "-" in paths:
        raise UsageError("--fix rewrites files; it cannot rewrite standard input")
    files = list(_files_of(project, paths))
    codes, fixed = [ExitCode.OK], 0
    for path, named in files:
        try:
            fixed += _fix(path, project, console, named=named)
        except InputError as error:
            error.where = error.where or str(path)
            console.failure(error)
            codes.append(ExitCode.INPUT)
    console.info(f"{counted(fixed, 'file')} rewritten, {len(files) - fixed} as they were")
    return worst(codes)


def _files_of(project: Project, paths: tuple[str, ...]) -> Iterator[tuple[Path, bool]]:
    if not paths:
        for file in discover([root for root in project.dashboards if root.exists()]):
            if file.path.suffix == ".json":
                yield file.path, True
    for text in paths:
        path = Path(text)
        if path.is_dir():
            for directory, names, files in os.walk(path):
                names[:] = sorted(name for name in names if not name.startswith("."))
                yield from ((Path(directory, name), False) for name in sorted(files) if name.endswith(".json"))
        elif path.suffix == ".json":
            yield path, True


def _fix(path: Path, project: Project, console: Console, *, named: bool) -> bool:
    before = _files.read_bytes(path)
    value = _json.parse(before, where=str(path))
    if not looks_like_dashboard(value):
        if named:
            raise InputError("holds no dashboard", where=str(path))
        return False
    inner, wrap = _unwrapped(value)
    old = _json.parse(_json.compact(inner))
    spec = compile_document(value, Origin.FILE, project.datasource_types).spec
    after = _json.pretty(wrap(spec))
    if after == before:
        return False
    _files.write_atomic(path, after, mode=path.stat().st_mode & 0o777)
    console.out(str(path))
    told = list(_told(old, spec))
    for line in told or ["  the order of keys and the white space only"]:
        console.out(line)
    return True


def _unwrapped(value: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The document, and a function that puts another one in its place."""
    for key in ("spec", "dashboard"):
        if isinstance(value.get(key), dict) and "panels" not in value:
            # The name of a resource is its uid; inside it stands no second one.
            def wrap(spec: dict[str, Any], key: str = key) -> dict[str, Any]:
                inner = {name: item for name, item in spec.items() if key != "spec" or name != "uid"}
                return {**value, key: inner}

            return value[key], wrap
    return value, lambda spec: spec


def _told(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What was mended, in the words of a diff."""
    if old.get("schemaVersion") != new.get("schemaVersion"):
        yield f"  ~ schemaVersion {old.get('schemaVersion')} -> {new.get('schemaVersion')}"
    removed = sorted(old.keys() - new.keys())
    if removed:
        yield f"  - {', '.join(removed)}"
    before = [placed.panel.get("id") for placed in panels(old)]
    doubled = len(before) - len({number for number in before if isinstance(number, int)})
    if doubled:
        yield f"  ~ {counted(doubled, 'panel')} got an id of {'its' if doubled == 1 else 'their'} own"
    comparable = {key: item for key, item in old.items() if key in new or key in ("panels", "templating")}
    for change in changes(comparable, new):
        yield f"  {change.sign} {change}"
