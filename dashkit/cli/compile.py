"""Compile the project for a command: pick, report failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dashkit.cli.console import Console
from dashkit.compiler.compile import Failure, Sources, compile_all
from dashkit.config.project import Project
from dashkit.errors import InputError, UsageError
from dashkit.model.dashboard import CompiledDashboard


def sources(project: Project) -> Sources:
    return Sources(project.root, project.dashboards, project.datasource_types)


def picked(project: Project, only: tuple[str, ...]) -> Iterator[CompiledDashboard | Failure]:
    """What ``--only`` selects, or all; `UsageError` for a selection that matches nothing."""
    unmatched = set(only)
    for result in compile_all(sources(project)):
        if isinstance(result, Failure):
            if not only or any(_in(result.where.rpartition(":")[0] or result.where, entry, project) for entry in only):
                unmatched -= {entry for entry in only if _in(result.where, entry, project)}
                yield result
            continue
        matches = {entry for entry in only if entry == result.uid or _in(result.source.path, entry, project)}
        unmatched -= matches
        if matches or not only:
            yield result
    if unmatched:
        raise UsageError(
            f"--only {sorted(unmatched)[0]}: no dashboard of that uid and no module at that path",
            hint="dashkit build --format json lists uids and paths",
        )


def compile_or_refuse(project: Project, only: tuple[str, ...], console: Console) -> list[CompiledDashboard]:
    """All dashboards; where one module is broken, none: a plan made without it would call its dashboards gone."""
    done, failed = [], []
    for result in picked(project, only):
        if isinstance(result, Failure):
            failed.append(result)
            show_failure(result, console)
        else:
            done.append(result)
    if failed:
        many = "dashboard or module does" if len(failed) == 1 else "dashboards or modules do"
        raise InputError(f"{len(failed)} {many} not compile; nothing was compared or written", hint="dashkit build")
    return done


def show_failure(failure: Failure, console: Console) -> None:
    error = InputError(failure.message, where=failure.where, hint=failure.hint)
    if failure.pointer:
        error.message += f" (at {failure.pointer})"
    console.failure(error)


def _in(path: str, entry: str, project: Project) -> bool:
    """Whether a source path is the file, or below the directory, that the person named."""
    source = (project.root / path).resolve()
    for base in (Path.cwd(), project.root):
        candidate = (base / entry).resolve()
        if source == candidate or candidate in source.parents:
            return True
    return False
