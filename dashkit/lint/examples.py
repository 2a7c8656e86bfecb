"""The bad and good examples of dashkit's rules: the first of the cases that the tests run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from dashkit import _yaml
from dashkit.lint.rule import Rule

_PACKAGE = "dashkit.lint.rules"
#: The base of a second dashboard in a case; the case itself is the one with this uid.
_BASE = {"uid": "base", "title": "Base"}


@cache
def cases(topic: str) -> Mapping[str, Any]:
    """Return the cases for a module of `dashkit.lint.rules`: rule id -> ``{"bad": [case, ...], "good": [...]}``."""
    found: Mapping[str, Any] = _yaml.load((resources.files("dashkit.lint") / "cases" / f"{topic}.yaml").read_bytes())
    return found


def documentation(rule: Rule) -> str:
    """Return the documentation of a rule with a bad and a good example; a project's own rule has just its docstring."""
    package, _, topic = rule.module.rpartition(".")
    if package != _PACKAGE:
        return rule.doc
    examples = cases(topic)[rule.id]
    parts = [rule.doc]
    for name in ("bad", "good"):
        lines = "\n".join(f"    {line}" for line in _lines(examples[name][0]))
        parts.append(f"{name.capitalize()}::\n\n{lines}")
    return "\n\n".join(parts)


def _lines(case: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a case as an author would write it, with the note after the first one."""
    first, *rest = _body(case)
    yield f"{first}    {case['note']}" if "note" in case else first
    yield from rest


def _body(case: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for entry in case.get("suppress", ()):
        until = f", until {entry['until']}" if "until" in entry else ""
        lines.append(f"# dashkit: allow[{entry['rule']}] {entry.get('reason', '')}{until}".rstrip())
    if "unreadable" in case:
        lines.append(str(case["unreadable"]))
    documents = [case[key] for key in ("dashboard", "v2") if key in case]
    if "dashboards" in case:
        documents += [_BASE | entry for entry in ({}, *case["dashboards"])]
    lines += map(_json, [*documents, *case.get("panels", ()), *case.get("variables", ())])
    if "panel" in case or "target" in case:
        target = ({"expr": case["expr"]} if "expr" in case else {}) | dict(case.get("target", {}))
        lines.append(_json(dict(case.get("panel", {})) | ({"targets": [target]} if target else {})))
    elif "expr" in case:
        lines.append(case["expr"] or '""')
    for entry in case.get("alerts", [case["alert"]] if "alert" in case else []):
        lines += (
            f"{'  ' if number else '- '}{key}: {value if isinstance(value, str) else _json(value)}"
            for number, (key, value) in enumerate(entry.items())
        )
    return lines or ["{}"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
