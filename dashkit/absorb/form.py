"""Format files that were edited as they are formatted already."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

#: The lengths of lines that formatters are used with, where nothing says another one.
_LENGTHS = (120, 88, 100, 79, 110)


def formatted(path: Path, before: str, after: str) -> str:
    """Return an edited text in the form that the file had: a formatter that left it as it was formats it again.

    The text stays as it is if no known formatter made the file, or if ruff is not installed.

    Args:
        path: of the file, whose project may say how ruff formats.
    """
    for options in _forms(path) if find_spec("ruff") is not None else ():
        if _ruff(before, options) == before:
            return _ruff(after, options) or after
    return after


def _forms(path: Path) -> Iterator[list[str]]:
    yield ["--stdin-filename", str(path)]
    yield from (["--isolated", "--line-length", str(length)] for length in _LENGTHS)


def _ruff(text: str, options: list[str]) -> str | None:
    command = [sys.executable, "-P", "-m", "ruff", "format", "--no-cache", "--quiet", *options, "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - a fixed command
    return done.stdout.decode() if done.returncode == 0 else None
