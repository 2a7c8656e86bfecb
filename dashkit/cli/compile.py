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
        matches = _matches(result, only, project)
        unmatched -= matches
        if matches or not only:
            yield result
    _refuse_unmatched(unmatched)


def pick(dashboards: list[CompiledDashboard], only: tuple[str, ...], project: Project) -> list[CompiledDashboard]:
    """Those of ``dashboards`` that ``--only`` selects; `UsageError` for a selection that matches nothing."""
    if not only:
        return dashboards
    found = [(dashboard, _matches(dashboard, only, project)) for dashboard in dashboards]
    _refuse_unmatched(set(only) - {entry for _, matches in found for entry in matches})
    return [dashboard for dashboard, matches in found if matches]


def _matches(result: CompiledDashboard | Failure, only: tuple[str, ...], project: Project) -> set[str]:
    path = result.path if isinstance(result, Failure) else result.source.path
    return {entry for entry in only if entry == result.uid or _in(path, entry, project)}


def _refuse_unmatched(unmatched: set[str]) -> None:
    if unmatched:
        raise UsageError(
            f"--only {sorted(unmatched)[0]}: no dashboard of that uid and no module at that path",
            hint="dashkit build --format json lists uids and paths",
        )


def compile_or_refuse(project: Project, console: Console) -> list[CompiledDashboard]:
    """All dashboards; where one module is broken, none: a plan made without it would call its dashboards gone."""
    done, failed = [], []
    for result in compile_all(sources(project)):
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
    error = InputError(failure.message, where=failure.where, hint=failure.hint, excerpt=failure.excerpt)
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
