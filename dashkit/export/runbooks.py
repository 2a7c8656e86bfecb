"""A page for each alert, made from the rule's own text, for ``runbook_url`` to link to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashkit.model.alerts import AlertGroup, AlertRule
from dashkit.model.links import AlertLinks, runbook_path


def runbooks(groups: Iterable[AlertGroup], links: AlertLinks) -> dict[str, str]:
    """Return the pages by path. An alert with two severities has one page."""
    found: dict[str, list[tuple[AlertRule, str]]] = {}
    for group in groups:
        for rule in group.full_alerts:
            found.setdefault(runbook_path(rule, group.system), []).append((rule, group.system))
    pages = {path: _page([rule for rule, _ in entries], entries[0][1], links) for path, entries in found.items()}
    pages["README.md"] = _index(found)
    return pages


def _page(rules: list[AlertRule], system: str, links: AlertLinks) -> str:
    first = rules[0]
    lines = [f"# {first.name}", "", f"System: {system}. Symptom: {first.symptom}.", ""]
    for rule in rules:
        severity, text = rule.severity, plain(rule.description)
        lines.append(f"- **{severity.label}** ({severity.priority}): look within {severity.response}. {text}")
    steps = list(first.runbook.look)
    if dashboard := links.dashboard(first):
        steps.append(f"The panel: {dashboard}")
    elif first.panel:
        steps.append(f"Dashboard `{first.panel[0]}`, panel `{first.panel[1]}`.")
    lines += ["", "## First look", "", *(f"{number}. {step}" for number, step in enumerate(steps, start=1))]
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
    """Return a description without a concrete alert: placeholders stand for the value and the labels."""
    text = re.sub(r"\{\{ \$value[^}]*\}\}", "*(the value)*", template)
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", r"*(\1)*", text)
