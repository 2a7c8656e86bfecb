"""Format modules as ruff does."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from dashkit.errors import InputError

_LINE = 120


def require_formatter() -> None:
    """Raise `InputError` if ruff is not installed."""
    if find_spec("ruff") is None:
        hint = "pip install 'grafana-dashkit[import]'"
        raise InputError("writing modules needs the extra `import`, which is not installed", hint=hint)


def format_files(folder: Path) -> None:
    """Format all modules in a folder.

    Raises:
        InputError: ruff cannot, which a module of ours gives no reason for.
    """
    # What the project or the home directory says of ruff is about other code.
    options = ["format", "--isolated", "--no-cache", "--quiet", "--line-length", str(_LINE)]
    command = [sys.executable, "-P", "-m", "ruff", *options, str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed command
    if done.returncode:
        raise InputError(f"ruff cannot format the modules: {done.stderr.decode(errors='replace').strip()}")
