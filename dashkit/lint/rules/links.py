"""Links to dashboards and panels."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Project, objects, strings
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity

_LINK = re.compile(r"(?:^|[^\w/])/?d(?:-solo)?/([A-Za-z0-9_-]{1,60})(?=[/?\")'\s]|$)")
_LINK_WITH_QUERY = re.compile(r"/d/([A-Za-z0-9_-]+)[^?\s\")]*\?([^\s\")]*)")
_HOST = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\d+\.\d+\.\d+\.\d+)(?::\d+)?/")


@rule("DK506", Severity.ERROR, on=Project)
def dead_link(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A link to a dashboard that the project does not have.

    The click ends at "Dashboard not found", mostly in the minute in which somebody needs it. Only links without
    a host are looked at, and only where the whole project is checked; a uid like one that exists is an error,
    one that may live elsewhere a warning.
    """
    if not context.whole_project:
        return
    known = {board.uid for board in project.boards}
    for board in project.examined:
        if not board.owned:
            continue
        for pointer, value in board.texts:
            if "d/" not in value or "://" in value:
                continue
            for uid in _LINK.findall(value):
                if uid in known or "$" in uid:
                    continue
                near = difflib.get_close_matches(uid, known, n=1, cutoff=0.8)
                hint = f"did you mean {near[0]}?" if near else ""
                panel = next((panel for panel in board.panels if f"{board.prefix}{pointer}".startswith(f"{panel.pointer}/")
                              and panel.kind != "row"), None)  # fmt: skip
                inside = pointer.removeprefix(panel.pointer.removeprefix(board.prefix)) if panel else pointer
                severity = None if near else Severity.WARNING
                message = f"a link leads to dashboard {uid!r}, which the project does not have"
                yield board, Finding(message, hint, pointer=inside, panel=panel, severity=severity)


@rule("DK507", Severity.WARNING, on=Project)
def link_variable(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A link hands a variable over that the other dashboard does not have.

    The other dashboard opens with its own default, on another service than the one that was clicked.
    """
    by_uid = {board.uid: board for board in project.boards}
    for board in project.examined:
        for pointer, value in board.texts:
            if "/d/" not in value or "var-" not in value or "://" in value:
                continue
            for uid, query in _LINK_WITH_QUERY.findall(value):
                other = by_uid.get(uid)
                names = re.findall(r"(?:^|&)var-([A-Za-z0-9_]+)=", query)
                for name in names if other is not None else ():
                    assert other is not None
                    if name not in other.by_name:
                        known = ", ".join(other.by_name) or "none"
                        message = f"the link gives {uid!r} the variable {name}, which it does not have"
                        yield board, Finding(message, f"it has {known}", pointer=pointer)


@rule("DK509", Severity.WARNING, on=Board)
def fixed_host(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A link leads to a machine by its address, or to this very one.

    ``http://localhost:3000/d/...`` opens on the reader's own machine. A link without a host stays on the
    Grafana that shows it.
    """
    for panel in [None, *board.panels]:
        holder = board.json.get("links") if panel is None else [panel.json.get("links"), panel.defaults.get("links")]
        base = "/links" if panel is None else ""
        for pointer, value in strings(holder, base):
            if _HOST.match(value):
                yield Finding(
                    f"a link leads to {value[:60]}",
                    "leave the host away",
                    panel=panel,
                    pointer=pointer if panel is None else "/links",
                )


@rule("DK510", Severity.WARNING, on=Project)
def tag_link(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A list of dashboards by tag that finds none.

    The menu is there and empty. Mostly a tag was renamed on one side only.
    """
    if not context.whole_project:
        return
    tagged = [_tags(board.json.get("tags")) for board in project.boards]
    for board in project.examined:
        for number, link in enumerate(objects(board.json.get("links"))):
            wanted = _tags(link.get("tags"))
            if (
                board.owned
                and link.get("type") == "dashboards"
                and wanted
                and not any(wanted <= tags for tags in tagged)
            ):
                message = f"no dashboard of the project has the tags {', '.join(sorted(wanted))}"
                yield board, Finding(message, pointer=f"/links/{number}/tags")


def _tags(value: object) -> set[str]:
    return {tag for tag in value if isinstance(tag, str)} if isinstance(value, list) else set()


@rule("DK617", Severity.ERROR, on=Project)
def dead_panel(project: Project, context: CheckContext) -> Iterator[tuple[Alert, Finding]]:
    """An alert links to a dashboard or panel that the project does not have.

    The link in the notification ends at "not found".
    """
    known = {board.uid: {panel.id for panel in board.panels} for board in project.boards}
    for alert in project.alerts:
        if alert.panel is None or not context.whole_project:
            continue
        uid, number = alert.panel
        if uid not in known:
            yield alert, Finding(f"it links to the dashboard {uid!r}, which the project does not have")
        elif number not in known[uid]:
            yield alert, Finding(f"it links to a panel that {uid!r} does not have", "give the panel that key")


RULES = (
    dead_link,
    link_variable,
    fixed_host,
    tag_link,
    dead_panel,
)
