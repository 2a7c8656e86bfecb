"""Deprecated: import `CheckContext` from `dashkit.lint.api`. This module will be removed in 0.2."""

from __future__ import annotations

import warnings

from dashkit.lint.context import CheckContext as Facts

__all__ = ["Facts"]

warnings.warn("dashkit.lint.facts is now dashkit.lint.api, and Facts is CheckContext", FutureWarning, stacklevel=2)
