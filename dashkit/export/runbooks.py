"""A page for each alert, from the rule's own text, so that ``runbook_url`` has a target."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashkit.model.alerts import AlertGroup, AlertRule
from dashkit.model.links import AlertLinks, runbook_path


def runbooks(groups: Iterable[AlertGroup], links: AlertLinks) -> dict[str, str]:
    """Pages by path. An alert of two severities has one page."""
    found: dict[str, list[tuple[AlertRule, str]]] = {}
    for group in groups:
        for rule in group.alerts:
            found.setdefault(runbook_path(rule, group.system), []).append((rule, group.system))
    pages = {path: _page([rule for rule, _ in entries], entries[0][1], links) for path, entries in found.items()}
    pages["README.md"] = _index(found)
    return pages


def _page(rules: list[AlertRule], system: str, links: AlertLinks) -> str:
    first = rules[0]
    lines = [f"# {first.name}", "", f"System: {system}. Symptom: {first.symptom}.", ""]
    for rule in rules:
        severity = rule.severity
        lines += [
            f"- **{severity.label}** ({severity.priority}): look within {severity.response}. {plain(rule.description)}",
        ]
    lines += [
        "",
        "## First look",
        "",
        *(f"{number}. {step}" for number, step in enumerate(first.runbook.look, start=1)),
    ]
    dashboard = links.dashboard(first)
    if dashboard:
        lines.append(f"{len(first.runbook.look) + 1}. The panel: {dashboard}")
    elif first.panel:
        lines.append(f"{len(first.runbook.look) + 1}. Dashboard `{first.panel[0]}`, panel `{first.panel[1]}`.")
    lines += ["", "## Mitigate", "", *(f"- {step}" for step in first.runbook.mitigate)]
    lines += ["", "## The rule", ""]
    for rule in rules:
        lines += [f"Fires as {rule.severity.label} after {rule.wait}:", "", "```promql", rule.condition, "```", ""]
    return "\n".join(lines)


def _index(pages: dict[str, list[tuple[AlertRule, str]]]) -> str:
    lines = ["# Runbooks", "", "| alert | severities | system |", "|---|---|---|"]
    for path, entries in sorted(pages.items()):
        severities = ", ".join(rule.severity.label for rule, _ in entries)
        lines.append(f"| [{entries[0][0].name}]({path}) | {severities} | {entries[0][1]} |")
    return "\n".join([*lines, ""])


def plain(template: str) -> str:
    """A description for people who have no alert before them: the value is *a value*, a label its name."""
    text = re.sub(r"\{\{ \$value[^}]*\}\}", "*(the value)*", template)
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", r"*(\1)*", text)
