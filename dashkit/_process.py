"""Run a module of dashkit in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def run_module(
    name: str, *arguments: str, data: bytes = b"", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run ``python -m NAME``, which takes nothing from the working directory but what it is told, and return what it printed.

    Args:
        data: its standard input.
        environ: its environment; by default that of this process.
    """
    environ = dict(os.environ if environ is None else environ)
    if _ROOT.name != "site-packages":  # a checkout, which only this process may know the way to
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-m", name, *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False, env=environ)  # noqa: S603 - our own code
