"""Compile the project for a command: pick, report failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from dashkit.cli.console import Console
from dashkit.compiler.compile import Failure, Sources, compile_all
from dashkit.config.project import Project
from dashkit.errors import InputError, UsageError
from dashkit.model.dashboard import CompiledDashboard

_Result = TypeVar("_Result", bound=CompiledDashboard | Failure)


def sources(project: Project) -> Sources:
    return Sources(project.root, project.dashboards, project.datasource_types)


def compiled(project: Project) -> Iterator[CompiledDashboard | Failure]:
    """What the project's modules and files give."""
    return compile_all(sources(project))


def picked(results: Iterable[_Result], only: tuple[str, ...], project: Project) -> Iterator[_Result]:
    """Those that ``--only`` selects, or all; `UsageError` at the end for a selection that matched nothing."""
    unmatched = set(only)
    for result in results:
        matches = _matches(result, only, project)
        unmatched -= matches
        if matches or not only:
            yield result
    if unmatched:
        raise UsageError(
            f"--only {sorted(unmatched)[0]}: no dashboard of that uid and no module at that path",
            hint="dashkit build --format json lists uids and paths",
        )


def _matches(result: CompiledDashboard | Failure, only: tuple[str, ...], project: Project) -> set[str]:
    path = result.path if isinstance(result, Failure) else result.source.path
    return {entry for entry in only if entry == result.uid or _in(path, entry, project)}


def compile_or_refuse(project: Project, console: Console) -> list[CompiledDashboard]:
    """All dashboards; where one module is broken, none: a plan made without it would call its dashboards gone."""
    done, failed = [], []
    for result in compiled(project):
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
