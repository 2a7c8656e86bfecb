"""The commit that a push comes from, for the version message."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from dashkit.app.git import git

_VARIABLES = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILDKITE_COMMIT")


def source_commit(root: Path, environ: Mapping[str, str]) -> str:
    """Return the short hash, with ``-dirty`` if files differ from it. Without git use the commit of the CI, else return ''."""
    try:
        if short := git(root, "rev-parse", "--short=10", "HEAD"):
            return f"{short}-dirty" if git(root, "status", "--porcelain", "--untracked-files=no", "--", ".") else short
    except (OSError, subprocess.TimeoutExpired):
        pass
    return next((environ[name][:10] for name in _VARIABLES if environ.get(name, "").isalnum()), "")
