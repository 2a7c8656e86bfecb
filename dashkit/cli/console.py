"""What people see: results on stdout, all else on stderr; colour only on a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from dashkit.errors import DashkitError
from dashkit.report.style import Style, ansi, plain

#: Progress shows up once work takes longer than this, in seconds.
_PATIENCE = 1.0


def coloured(stream: TextIO) -> bool:
    """Whether ``stream`` shows colour: a terminal, unless NO_COLOR is set; FORCE_COLOR decides for it."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


class Console:
    """The two streams of a run, and how much is said."""

    def __init__(self, *, quiet: bool = False, verbose: int = 0) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.out_style: Style = ansi if coloured(sys.stdout) else plain
        self.err_style: Style = ansi if coloured(sys.stderr) else plain

    def out(self, text: str) -> None:
        """The result."""
        sys.stdout.write(f"{text}\n")

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.out(line)

    def flush(self) -> None:
        """Show what was printed: a question comes next, or something slow."""
        sys.stdout.flush()

    def raw(self, data: bytes) -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)

    def json(self, value: Any) -> None:
        from dashkit import _json

        self.raw(_json.pretty(value))

    def info(self, text: str) -> None:
        if not self.quiet:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
        click.echo(f"{self.err_style('warning:', 'yellow')} {text}", err=True)

    def error(self, text: str) -> None:
        click.echo(f"{self.err_style('error:', 'red')} {text}", err=True)

    def failure(self, error: DashkitError, *, given: Sequence[str] = ()) -> None:
        """What, where, why; and the command that mends it, unless it was ``given`` and failed. What led to it comes first."""
        for cause in error.causes:
            self.failure(cause, given=given)
        self.error(str(error))
        if error.excerpt:
            click.echo(f"  {self.err_style('|', 'dim')} {error.excerpt}", err=True)
        if hint := _news(error.hint, given):
            click.echo(f"  {self.err_style('->', 'cyan')} {hint}", err=True)


def _news(hint: str, given: Sequence[str]) -> str:
    """A hint without a command at its end that just ran, and failed."""
    before, found, command = hint.rpartition("dashkit ")
    words = command.split()
    return before.rstrip(": ") if found and words and words == list(given[: len(words)]) else hint


class Progress:
    """``12/40 saving`` on stderr, rewritten on a terminal, a line now and then elsewhere; silent while work is short.

    Without a known ``total`` it says ``12 read``, and `end` closes the line.
    """

    def __init__(self, console: Console, total: int | None, verb: str) -> None:
        self._console, self._total, self._verb = console, total, verb
        self._done, self._started, self._shown = 0, time.monotonic(), 0.0
        self._live = sys.stderr.isatty()

    def step(self, verb: str = "") -> None:
        """One more; ``verb`` changes what is said from here on."""
        self._verb = verb or self._verb
        self._done += 1
        now = time.monotonic()
        if self._console.quiet or now - self._started < _PATIENCE:
            return
        last = self._done == self._total
        if now - self._shown < (0.1 if self._live else 10) and not last:
            return
        self._shown = now
        text = f"{self._done}{f'/{self._total}' if self._total is not None else ''} {self._verb}"
        if self._live:
            sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if last else ""))
            sys.stderr.flush()
        else:
            sys.stderr.write(f"{text}\n")

    def end(self) -> None:
        """Nothing more comes."""
        if self._live and self._shown and self._total is None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
