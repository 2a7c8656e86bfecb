"""The terminal: results go to stdout, everything else to stderr, and colour only where it can be shown."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from dashkit.errors import DashkitError
from dashkit.model.durations import duration
from dashkit.report.style import Style, ansi, plain

#: Seconds to wait before showing any progress.
_PATIENCE = 1.0


def coloured(stream: TextIO) -> bool:
    """Return whether to colour ``stream``: if it is a terminal or FORCE_COLOR is set, but never if NO_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


class Console:
    """The two output streams of a run, and how much to print on them."""

    def __init__(self, *, quiet: bool = False, verbose: int = 0) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.out_style: Style = ansi if coloured(sys.stdout) else plain
        self.err_style: Style = ansi if coloured(sys.stderr) else plain

    def out(self, text: str) -> None:
        """Print a line of the result."""
        sys.stdout.write(f"{text}\n")

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.out(line)

    def flush(self) -> None:
        """Show what was printed so far, before a question or a long wait."""
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

    def hint(self, text: str) -> None:
        """Suggest what to do next."""
        self.info(f"  {self.err_style('->', 'cyan')} {text}")

    def failure(self, error: DashkitError, *, given: Sequence[str] = ()) -> None:
        """Print an error after the errors that caused it: what happened, where, and how to fix it.

        A hint to run the command that just failed (``given``) is dropped.
        """
        for cause in error.causes:
            self.failure(cause, given=given)
        self.error(str(error))
        if error.excerpt:
            click.echo(f"  {self.err_style('|', 'dim')} {error.excerpt}", err=True)
        if hint := _without_command(error.hint, given):
            click.echo(f"  {self.err_style('->', 'cyan')} {hint}", err=True)


def _without_command(hint: str, given: Sequence[str]) -> str:
    """Strip the command at the end of a hint if it is the one that just ran."""
    before, found, command = hint.rpartition("dashkit ")
    words = command.split()
    same = words == list(given[: len(words)]) or words[:2] == list(given[:2]) == ["context", "check"]
    return before.rstrip(": ") if found and words and same else hint


class Progress:
    """A counter on stderr, such as ``12/40 saving, 9 s left``. It stays silent while the work is short.

    On a terminal the line is rewritten in place; elsewhere a new line is printed now and then. If the ``total`` is
    unknown, the text is ``12 read``, and `end` clears the line.
    """

    def __init__(self, console: Console, total: int | None, verb: str) -> None:
        self._console, self._total, self._verb = console, total, verb
        self._done, self._started, self._shown = 0, time.monotonic(), 0.0
        self._live = sys.stderr.isatty()

    def step(self, verb: str = "") -> None:
        """Count one more. A ``verb`` replaces the previous one from here on."""
        self._verb = verb or self._verb
        self._done += 1
        now = time.monotonic()
        if self._console.quiet or now - self._started < _PATIENCE:
            return
        last = self._done == self._total
        if now - self._shown < (0.1 if self._live else 10) and not last:
            return
        self._shown = now
        text = f"{self._done}{f'/{self._total}' if self._total is not None else ''} {self._verb}{self._left(now)}"
        if self._live:
            sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if last else ""))
            sys.stderr.flush()
        else:
            sys.stderr.write(f"{text}\n")

    def _left(self, now: float) -> str:
        """Return how long the rest will take, if it goes on like this; nothing for less than a second."""
        if self._total is None or self._done >= self._total:
            return ""
        seconds = (now - self._started) / self._done * (self._total - self._done)
        return f", {duration(float(round(seconds)))} left" if seconds >= 1 else ""

    def end(self) -> None:
        """Clear the line of a counter without a total."""
        if self._live and self._shown and self._total is None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
