"""Moved: import from `dashkit.lint.api`. 0.2 removes this name."""

from __future__ import annotations

import warnings

from dashkit.lint.elements import *  # noqa: F403

warnings.warn("dashkit.lint.subjects is now dashkit.lint.api", FutureWarning, stacklevel=2)
