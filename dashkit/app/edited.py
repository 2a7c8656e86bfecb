"""What people edited in a Grafana since the last push, for the pages of the preview."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.app.compared import change_lines
from dashkit.app.connect import connected
from dashkit.app.drift import compared
from dashkit.app.ports import Ports
from dashkit.app.source import all_dashboards
from dashkit.deploy.steps import DashboardStep
from dashkit.document.compare import alike
from dashkit.document.diff import Change, changes
from dashkit.document.walk import panels
from dashkit.lint.values import text
from dashkit.preview.sources.port import Edits
from dashkit.quiet.alike import seen

Json = dict[str, Any]
Lines = tuple[tuple[str, str], ...]


def edits(ports: Ports, context_name: str, *, offered: bool) -> dict[str, Edits]:
    """Return the edits by the uid in the source; nothing is written anywhere.

    Args:
        offered: whether pages may take the edits into the source.

    Raises:
        InputError: a module is broken.
        ServerError: the server cannot be read.
    """
    everything = all_dashboards(ports)
    against = compared(connected(ports, context_name), everything, everything, ports)
    return {
        step.source_uid: _edits(step, context_name, offered=offered) for step in against.steps if step.drift is not None
    }


def command(uid: str, context_name: str) -> str:
    """Return the command that takes the edits of a dashboard into the source."""
    return shlex.join(["dashkit", "absorb", uid, "-c", context_name])


def _edits(step: DashboardStep, context_name: str, *, offered: bool) -> Edits:
    marked: dict[int, Lines] = {}
    if step.drift is not None and step.drift.pushed and step.base is not None:
        try:
            marked = dict(_by_panel(step.drift.pushed, dict(step.base.content["spec"])))
        except (TypeError, ValueError, LookupError, AttributeError):
            marked = {}  # shaped in a way that nothing is known about: the lines of the dashboard stand all the same
    return Edits(step.reason, _lines(step.edits), marked, command(step.source_uid, context_name), offered)


def _lines(found: Iterable[Change]) -> Lines:
    return tuple(line for change in found for line in change_lines(change))


def _by_panel(pushed: Json, live: Json) -> Iterator[tuple[int, Lines]]:
    """Yield the changes of each panel that was pushed. Where it stands is not looked at."""
    before, after = map(_panels, alike(*seen(pushed, live)))
    for number, panel in before.items():
        if number not in after:
            yield number, (("-", "removed"),)
            continue
        place = {**(after[number].get("gridPos") or {}), **_corner(panel)}
        found = _lines(changes({"panels": [panel]}, {"panels": [{**after[number], "gridPos": place}]}))
        name = f"panel {text(panel.get('title'))!r} "
        if found:
            yield number, tuple((sign, line.removeprefix(name)) for sign, line in found)


def _panels(spec: Json) -> dict[int, Json]:
    found = (placed.panel for placed in panels(spec))
    return {
        panel["id"]: panel for panel in found if panel.get("id") and panel.get("type") != "row" and "tab" not in panel
    }


def _corner(panel: Json) -> Json:
    return {key: value for key, value in (panel.get("gridPos") or {}).items() if key in ("x", "y")}
