"""What a live check learnt: how many queries gave data, and which panels a person would see empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.lint.live import LiveReport, Verdict
from dashkit.report.problems import safe
from dashkit.report.style import Style, plain


def live_text(report: LiveReport, style: Style = plain) -> Iterator[str]:
    """A line of counts, then the empty panels by dashboard."""
    counts = [f"{report.count(verdict)} {verdict.value}" for verdict in Verdict if report.count(verdict)]
    asked = f"{report.asked} questions, {report.reused} answered from before"
    yield f"asked {report.server}: {asked}; {', '.join(counts) or 'nothing'}"
    if not report.empty:
        if report.count(Verdict.DATA):
            yield style("no panel would be empty", "green")
        return
    many = len(report.empty)
    yield style(f"{many} panel{'' if many == 1 else 's'} would be empty:", "yellow")
    for panel in report.empty:
        yield f"  {safe(panel.board.name)}: {safe(panel.name)}"


def live_data(report: LiveReport) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "server": report.server,
        "asked": report.asked,
        "reused": report.reused,
        "verdicts": {verdict.name.lower(): report.count(verdict) for verdict in Verdict},
        "empty_panels": [
            {"dashboard": panel.board.name, "panel": panel.name, "id": panel.id} for panel in report.empty
        ],
    }
