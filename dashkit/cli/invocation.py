"""One call of the program: its project, its console, its wiring. What a command gets beside its own options."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli.console import Console, Progress
from dashkit.errors import ConfigError, RefusedError

if TYPE_CHECKING:
    from dashkit.app.consent import Question
    from dashkit.app.ports import Event, Ports
    from dashkit.config.project import Project


@dataclass
class Invocation:
    """``form`` is what ``--format`` says."""

    console: Console
    config: Path | None = None
    form: str = "text"

    @cached_property
    def project(self) -> Project:
        """The project of the working directory, or of ``--config``."""
        return project_of(self.config)

    @cached_property
    def ports(self) -> Ports:
        """The real world, with progress on the terminal."""
        from dashkit.cli.adapters import ports

        return ports(self.project, self._meter)

    @cached_property
    def _meter(self) -> _Meter:
        return _Meter(self.console)

    def end(self) -> None:
        """No more progress: what follows begins a line of its own."""
        self._meter.end()

    @property
    def text(self) -> bool:
        return self.form == "text"

    @property
    def json(self) -> bool:
        return self.form == "json"

    @property
    def quiet(self) -> bool:
        return self.console.quiet

    @property
    def verbose(self) -> bool:
        return bool(self.console.verbose)

    def tell(self, warnings: Iterable[str], notes: Iterable[str] = ()) -> None:
        """Warnings and notes of a use case."""
        self.end()
        for warning in warnings:
            self.console.warn(warning)
        for note in notes:
            self.console.info(note)

    def agree(self, questions: Sequence[Question], *, yes: bool) -> bool:
        """Ask, one after the other, unless ``yes`` says it all.

        `RefusedError` where nobody can be asked, or somebody says no: nothing was written by then.
        """
        for question in () if yes else questions:
            if not sys.stdin.isatty():
                raise RefusedError(f"{question.loss} and nobody is there to confirm", hint="add --yes")
            sys.stdout.flush()
            if not click.confirm(question.text, default=False, err=True):
                raise RefusedError("not confirmed; nothing was written")
        return True


def project_of(config: Path | None) -> Project:
    """The project of the working directory."""
    from dashkit.config.project import load_project

    try:
        here = Path.cwd()
    except OSError:
        raise ConfigError("the working directory does not exist any more") from None
    return load_project(here, config)


class _Meter:
    """Shows how far a use case is; a new total begins a new line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._total: int | None = None

    def __call__(self, event: Event) -> None:
        if self._progress is None or event.done <= 1 or event.total != self._total:
            self._progress, self._total = Progress(self._console, event.total, event.verb), event.total
        self._progress.step(event.verb)

    def end(self) -> None:
        if self._progress is not None:
            self._progress.end()
            self._progress = None
