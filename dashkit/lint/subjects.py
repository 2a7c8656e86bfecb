"""Deprecated: import from `dashkit.lint.api`. This module will be removed in 0.2."""

from __future__ import annotations

import warnings

from dashkit.lint.datasources import *  # noqa: F403
from dashkit.lint.elements import *  # noqa: F403
from dashkit.lint.values import *  # noqa: F403

warnings.warn("dashkit.lint.subjects is now dashkit.lint.api", FutureWarning, stacklevel=2)
