"""A line-by-line diff of two documents."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit import _json
from dashkit.deploy.steps import DashboardStep
from dashkit.document.compare import content
from dashkit.report.style import Style, diff_line, plain


def full_text(step: DashboardStep, style: Style = plain) -> Iterator[str]:
    """Yield a unified diff of the canonical content, from live to desired."""
    assert step.base is not None
    assert step.item is not None
    live, wanted = (
        _json.pretty(content(spec)).decode().splitlines()
        for spec in (step.base.content["spec"], step.item.content["spec"])
    )
    for line in difflib.unified_diff(live, wanted, f"live/{step.ref.key}", f"desired/{step.ref.key}", lineterm=""):
        yield diff_line(line, style)
