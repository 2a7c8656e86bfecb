"""``dashkit check --fix``: rewrite JSON files in the form that the compiler produces, and list the changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.compiler.compile import compile_document
from dashkit.compiler.discover import discover
from dashkit.config.project import Project
from dashkit.document.diff import changes
from dashkit.document.normalise import Origin
from dashkit.document.read import wrapping
from dashkit.document.walk import panels
from dashkit.errors import InputError, UsageError
from dashkit.lint.files import looks_like_dashboard
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file and what was changed in it; nothing if it was already in the right form."""

    path: Path
    changes: tuple[str, ...] = ()
    error: InputError | None = None


def fix_files(project: Project, paths: tuple[str, ...]) -> Iterator[Fixed]:
    """Rewrite the JSON files at the paths, or those of the project. Raises `InputError` if there are none."""
    if "-" in paths:
        raise UsageError("--fix cannot rewrite standard input")
    files = list(_files_of(project, paths))
    if not files:
        raise InputError("no JSON files to fix", where=" ".join(paths))
    for path, named in files:
        try:
            yield Fixed(path, tuple(_fix(path, project, named=named)))
        except InputError as error:
            error.where = error.where or str(path)
            yield Fixed(path, error=error)


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


def _fix(path: Path, project: Project, *, named: bool) -> list[str]:
    """Rewrite a file if needed, and return what changed."""
    path = path.resolve()  # keep a symbolic link, and rewrite its target
    before = _files.read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    value = _json.parse(before, where=str(path))
    if not looks_like_dashboard(value):
        if named:
            raise InputError("is not a dashboard", where=str(path))
        return []
    if isinstance(value, dict) and ("__inputs" in value or "__elements" in value):
        raise InputError(
            "was exported for sharing externally; its inputs would be lost",
            where=str(path),
            hint="import it in Grafana's UI, then pull it",
        )
    key = wrapping(value)
    old = _json.parse(_json.compact(value[key] if key else value))
    spec = compile_document(value, Origin.FILE, project.datasource_types).spec
    # The name of a resource is its uid; do not add a second one inside.
    inner = {name: item for name, item in spec.items() if key != "spec" or name != "uid" or "uid" in old}
    after = _json.pretty({**_json.parse(before), key: inner} if key else inner)
    if after == before:
        return []
    _files.write_atomic(path, after, mode=path.stat().st_mode & 0o777)
    return list(_described(old, spec)) or ["  only the order of keys and the whitespace"]


def _described(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield the changes as lines of a diff."""
    if old.get("schemaVersion") != new.get("schemaVersion"):
        yield f"  ~ schemaVersion {old.get('schemaVersion')} -> {new.get('schemaVersion')}"
    removed = sorted(old.keys() - new.keys())
    if removed:
        yield f"  - {', '.join(removed)}"
    comparable = {key: item for key, item in old.items() if key in new}
    if renumbered := _with_new_ids(comparable, new):
        yield f"  ~ {counted(renumbered, 'panel')} got a new id"
    for change in changes(comparable, new):
        yield f"  {change.sign} {change}"


def _with_new_ids(old: dict[str, Any], new: dict[str, Any]) -> int:
    """Give panels of ``old`` their new ids, so that they do not appear as removed and added. Returns how many changed."""
    known = {placed.panel.get("id") for placed in panels(old)}
    fresh = [placed.panel for placed in panels(new) if placed.panel.get("id") not in known]
    seen: set[Any] = set()
    changed = 0
    for placed in panels(old):
        panel = placed.panel
        if panel.get("id") in seen or not isinstance(panel.get("id"), int):  # a duplicate, or none
            same = next((entry for entry in fresh if entry.get("title", "") == panel.get("title", "")), None)
            if same is not None:
                fresh.remove(same)
                panel["id"] = same["id"]
                changed += 1
        seen.add(panel.get("id"))
    return changed
