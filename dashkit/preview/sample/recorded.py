"""Recording rules as expressions by the names that they record."""

from __future__ import annotations

from collections.abc import Iterable

from dashkit.model.alerts import RecordingRule


def recorded_expressions(rules: Iterable[RecordingRule]) -> dict[str, str]:
    """Return the expression of each recorded name: that of its rule, or all of them where several rules record it.

    The labels that a rule adds become part of the expression.
    """
    found: dict[str, list[str]] = {}
    for rule in rules:
        expr = f"({rule.expr})"
        for label, value in rule.labels.items():
            expr = f'label_replace({expr}, "{label}", "{_escaped(value)}", "", "")'
        found.setdefault(rule.record, []).append(expr)
    return {name: "\nor ".join(exprs) for name, exprs in found.items()}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
