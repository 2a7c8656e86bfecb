"""The raw difference of two documents, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit import _json
from dashkit.deploy.actions import Action
from dashkit.report.style import Style, plain
from dashkit.spec.compare import content

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def full_text(action: Action, style: Style = plain) -> Iterator[str]:
    """A unified diff of the canonical content, live to desired."""
    assert action.live is not None
    assert action.desired is not None
    live, wanted = (
        _json.pretty(content(spec)).decode().splitlines() for spec in (action.live.spec, action.desired.spec)
    )
    for line in difflib.unified_diff(live, wanted, f"live/{action.uid}", f"desired/{action.uid}", lineterm=""):
        color = _COLORS.get(line[:1])
        yield style(line, color) if color else line
