"""Links to dashboards and panels."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Project
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import objects, strings, texts
from dashkit.model.problem import Problem, Severity

_LINK = re.compile(r"(?:^|[^\w/])/?d(?:-solo)?/([A-Za-z0-9_-]{1,60})(?=[/?\")'\s]|$)")
_LINK_WITH_QUERY = re.compile(r"/d/([A-Za-z0-9_-]+)[^?\s\")]*\?([^\s\")]*)")
#: What DK506 says; `looked_up` finds the uid in it.
_NOT_HERE = "link to dashboard {!r}, which is not in the project"
_HOST = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\d+\.\d+\.\d+\.\d+)(?::\d+)?/")


@rule("DK506", Severity.WARNING, on=Project)
def dead_link(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A link to a dashboard that is not in the project.

    The link ends at "Dashboard not found", usually when someone needs it most. Only links without a host are
    checked, and only if the whole project is checked. The dashboard may be another project's: a push, and
    ``--live`` with a Grafana, ask the server. One that does not exist there either is an error.
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
                near = difflib.get_close_matches(uid, known, n=1, cutoff=0.9)
                hint = f"did you mean {near[0]}?" if near else ""
                panel = next((panel for panel in board.panels if f"{board.prefix}{pointer}".startswith(f"{panel.pointer}/")
                              and panel.kind != "row"), None)  # fmt: skip
                inside = pointer.removeprefix(panel.pointer.removeprefix(board.prefix)) if panel else pointer
                yield board, Finding(_NOT_HERE.format(uid), hint, pointer=inside, panel=panel)


def looked_up(problems: list[Problem], existing: Callable[[frozenset[str]], frozenset[str]]) -> list[Problem]:
    """Return the problems as they are once a server was asked for the dashboards that are not in the project.

    Args:
        existing: returns those uids that the server has.
    """
    wanted = {id(problem): uid for problem in problems if (uid := _linked(problem))}
    if not wanted:
        return problems
    there = existing(frozenset(wanted.values()))
    result = []
    for problem in problems:
        uid = wanted.get(id(problem), "")
        if not uid:
            result.append(problem)
        elif uid not in there:
            message = f"link to dashboard {uid!r}, which neither the project nor the server has"
            result.append(replace(problem, severity=Severity.ERROR, message=message))
    return result


def _linked(problem: Problem) -> str:
    """Return the uid that a problem of a link is about, or nothing."""
    before, after = _NOT_HERE.split("{!r}")
    here = problem.rule == "DK506" and problem.message.startswith(before) and problem.message.endswith(after)
    return problem.message.removeprefix(before).removesuffix(after).strip("'") if here else ""


@rule("DK507", Severity.WARNING, on=Project)
def link_variable(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A link that passes a variable which the other dashboard does not have.

    The other dashboard opens with its own default, for a different service than the one that was clicked.
    """
    by_uid = {board.uid: board for board in project.boards}
    for board in project.examined:
        for pointer, value in board.texts:
            if "/d/" not in value or "var-" not in value or "://" in value:
                continue
            for uid, query in _LINK_WITH_QUERY.findall(value):
                other = by_uid.get(uid)
                if other is None:
                    continue
                for name in re.findall(r"(?:^|&)var-([A-Za-z0-9_]+)=", query):
                    if name not in other.by_name:
                        hint = f"its variables: {', '.join(other.by_name) or 'none'}"
                        message = f"link passes the variable {name}, which dashboard {uid!r} does not have"
                        yield board, Finding(message, hint, pointer=pointer)


@rule("DK509", Severity.WARNING, on=Board)
def fixed_host(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A link to an IP address or to localhost.

    ``http://localhost:3000/d/...`` opens on the reader's own machine. A link without a host stays on the Grafana
    that shows it.
    """
    for panel in [None, *board.panels]:
        holder = board.json.get("links") if panel is None else [panel.json.get("links"), panel.defaults.get("links")]
        base = "/links" if panel is None else ""
        for pointer, value in strings(holder, base):
            if _HOST.match(value):
                place = pointer if panel is None else "/links"
                yield Finding(f"link to {value[:60]}", "omit the host", panel=panel, pointer=place)


@rule("DK510", Severity.WARNING, on=Project)
def tag_link(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """A dashboard link by tags that no dashboard has.

    The menu is empty. Usually a tag was renamed in one place only.
    """
    if not context.whole_project:
        return
    tagged = [set(texts(board.json.get("tags"))) for board in project.boards]
    for board in project.examined:
        for number, link in enumerate(objects(board.json.get("links"))):
            wanted = set(texts(link.get("tags"))) if link.get("type") == "dashboards" else set()
            if wanted and board.owned and not any(wanted <= tags for tags in tagged):
                message = f"no dashboard in the project has the tags {', '.join(sorted(wanted))}"
                yield board, Finding(message, pointer=f"/links/{number}/tags")


@rule("DK617", Severity.ERROR, on=Project)
def dead_panel(project: Project, context: CheckContext) -> Iterator[tuple[Alert, Finding]]:
    """An alert that links to a dashboard or panel which is not in the project.

    The link in the notification ends at "not found".
    """
    known = {board.uid: {panel.id for panel in board.panels} for board in project.boards}
    for alert in project.alerts:
        if alert.panel is None or not context.whole_project:
            continue
        uid, number = alert.panel
        if uid not in known:
            yield alert, Finding(f"the alert links to dashboard {uid!r}, which is not in the project")
        elif number not in known[uid]:
            yield (
                alert,
                Finding(f"the alert links to a panel that dashboard {uid!r} does not have", "give the panel that key"),
            )


RULES = (
    dead_link,
    link_variable,
    fixed_host,
    tag_link,
    dead_panel,
)
