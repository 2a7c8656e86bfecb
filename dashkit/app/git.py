"""Ask git about the project."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def git(root: Path, *words: str) -> str:
    """Return what git prints, without blanks around it; empty if it fails.

    Raises:
        OSError: git is not installed.
        subprocess.TimeoutExpired: it takes more than 10 seconds.
    """
    done = subprocess.run(  # noqa: S603
        ["git", "--literal-pathspecs", "-C", str(root), *words],  # noqa: S607
        capture_output=True,
        timeout=10,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def prefix(root: Path) -> str:
    """Return the path of a folder in its repository, with a slash at the end; empty at the top and without git."""
    try:
        return git(root, "rev-parse", "--show-prefix")
    except (OSError, subprocess.TimeoutExpired):
        return ""


def uncommitted(root: Path, paths: Iterable[str]) -> list[str]:
    """Return those of the paths below ``root`` whose files differ from the last commit; none without git."""
    names = sorted(paths)
    try:
        # Before the first commit, all that git knows of is new.
        told = (
            ("diff", "--name-only", "--relative", "HEAD")
            if git(root, "rev-parse", "--verify", "HEAD")
            else ("ls-files",)
        )
        changed = git(root, "-c", "core.quotePath=false", *told, "--", *names)
        new = git(root, "-c", "core.quotePath=false", "ls-files", "--others", "--exclude-standard", "--", *names)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return sorted({*changed.splitlines(), *new.splitlines()})
