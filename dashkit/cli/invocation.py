"""One run of the program: its project, its console and its ports. Commands get it besides their own options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from dashkit.cli.console import Console, Progress
from dashkit.errors import ConfigError, ExitCode, RefusedError

if TYPE_CHECKING:
    from dashkit.app.consent import Question
    from dashkit.app.ports import Event, Ports
    from dashkit.config.project import Project
    from dashkit.deploy.outcome import Result


_Subject = TypeVar("_Subject")


@dataclass
class Invocation:
    """``form`` is the value of ``--format``."""

    console: Console
    config: Path | None = None
    form: str = "text"

    @cached_property
    def project(self) -> Project:
        """The project of the working directory, or of ``--config``."""
        return project_of(self.config)

    @cached_property
    def ports(self) -> Ports:
        """The ports of the real world, with progress on the terminal."""
        from dashkit.cli.adapters import ports

        return ports(self.project, self._meter)

    @cached_property
    def _meter(self) -> _Meter:
        return _Meter(self.console)

    def end(self) -> None:
        """End the progress display, so that the next output begins on its own line."""
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

    @property
    def loudness(self) -> dict[str, bool]:
        """Keyword arguments for the functions that render a plan."""
        return {"verbose": self.verbose, "quiet": self.quiet}

    def notify(self, warnings: Iterable[str], notes: Iterable[str] = ()) -> None:
        """Print the warnings and notes of a use case."""
        self.end()
        for warning in warnings:
            self.console.warn(warning)
        for note in notes:
            self.console.info(note)

    def agree(self, questions: Sequence[Question], *, yes: bool) -> bool:
        """Ask each question in turn and return True, or just return True if ``yes`` answers them all.

        Raises:
            RefusedError: an answer was no, or stdin is not a terminal. Nothing has been written yet.
        """
        for question in () if yes else questions:
            if not sys.stdin.isatty():
                raise RefusedError(f"{question.loss}, and there is no terminal to confirm it on", hint="add --yes")
            self.console.flush()
            if not click.confirm(question.text, default=False, err=True):
                raise RefusedError("not confirmed; nothing was written")
        return True

    def asking(self, question: Callable[[_Subject], str]) -> Callable[[_Subject], str] | None:
        """Return a function that asks for a text about something; None if stdin is not a terminal."""
        if not sys.stdin.isatty():
            return None

        def ask(subject: _Subject) -> str:
            self.console.flush()
            return str(click.prompt(question(subject), err=True))

        return ask


def finish(result: Result, refused: int = 0, *more: Exception) -> ExitCode:
    """Return the exit code after a plan was carried out; ``more`` are errors besides those of its steps.

    Raises:
        KeyboardInterrupt: the run was interrupted.
    """
    from dashkit.deploy.outcome import exit_code

    if result.interrupted:
        raise KeyboardInterrupt
    return exit_code([*result.errors, *more], refused)


def project_of(config: Path | None) -> Project:
    """Return the project of ``config``, or of the working directory."""
    from dashkit.config.project import load_project

    try:
        here = Path.cwd()
    except OSError:
        raise ConfigError("the working directory no longer exists") from None
    return load_project(here, config)


class _Meter:
    """Shows the progress of a use case. A new total begins a new line."""

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
