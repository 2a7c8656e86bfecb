"""Run a build again whenever a source file is saved, each time in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dashkit.cli.console import Console
from dashkit.errors import ExitCode, UsageError


def watch(arguments: list[str], paths: list[Path], console: Console) -> int:
    """Until interrupted. A fresh process for each build: a reloaded module would keep what the old one left behind."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise UsageError("--watch needs the package watchfiles", hint="pip install 'dashkit[watch]'") from None
    _build(arguments)
    console.info("watching; Ctrl-C ends")
    for _ in changes(*[path for path in paths if path.exists()], raise_interrupt=True, debounce=200):
        _build(arguments)
    return ExitCode.OK


def _build(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "dashkit", *arguments], check=False)  # noqa: S603 - this very program
