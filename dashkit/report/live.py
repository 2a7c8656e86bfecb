"""The result of a live check: how many queries return data, and which panels would be empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.lint.diagnosis import Verdict
from dashkit.lint.live import LiveReport
from dashkit.model.words import counted
from dashkit.report.problems import safe
from dashkit.report.style import Style, plain


def live_text(report: LiveReport, style: Style = plain) -> Iterator[str]:
    """Yield a line of counts, then the empty panels with their dashboards."""
    counts = [f"{report.count(verdict)} {verdict.value}" for verdict in Verdict if report.count(verdict)]
    requests = f"{counted(report.asked, 'request')}, {report.reused} answered from cache"
    yield f"queried {report.server}: {requests}; {', '.join(counts) or 'nothing'}"
    if not report.empty:
        if report.count(Verdict.DATA):
            yield style("no panel would be empty", "green")
        return
    yield style(f"{counted(len(report.empty), 'panel')} would be empty:", "yellow")
    for panel in report.empty:
        yield f"  {safe(panel.board.name)}: {safe(panel.name)}"


def live_data(report: LiveReport) -> dict[str, Any]:
    """Return the result as JSON values."""
    return {
        "server": report.server,
        "asked": report.asked,
        "reused": report.reused,
        "verdicts": {verdict.name.lower(): report.count(verdict) for verdict in Verdict},
        "empty_panels": [
            {"dashboard": panel.board.name, "panel": panel.name, "id": panel.id} for panel in report.empty
        ],
    }
