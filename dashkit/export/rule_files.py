"""Prometheus rule files and their unit tests, and the same rules as PrometheusRule resources for the operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashkit.model.alerts import AlertGroup, AlertRule, PlainAlert, RecordingRule
from dashkit.model.durations import seconds
from dashkit.model.links import AlertLinks


def rule_file(groups: Iterable[AlertGroup], links: AlertLinks) -> dict[str, Any]:
    """Return the content of a rule file.

    https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
    """
    return {"groups": [_group(group, links) for group in groups]}


def rule_resource(name: str, groups: Iterable[AlertGroup], links: AlertLinks) -> dict[str, Any]:
    """Return a PrometheusRule of monitoring.coreos.com/v1."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "dashkit"}},
        "spec": rule_file(groups, links),
    }


def test_file(rules: str, groups: Iterable[AlertGroup]) -> dict[str, Any]:
    """Return unit tests for ``promtool test rules``. ``rules`` is the path of the rule file.

    The tests query ``ALERTS`` to see whether an alert fires, so that they do not depend on the alert's other labels.
    """
    tests = [_test(rule, index) for group in groups for rule in group.full_alerts for index in range(len(rule.tests))]
    return {"rule_files": [rules], "evaluation_interval": "1m", "tests": tests}


def _group(group: AlertGroup, links: AlertLinks) -> dict[str, Any]:
    settings = {
        "interval": group.interval, "limit": group.limit, "query_offset": group.query_offset,
        "labels": dict(group.shared_labels),
    }  # fmt: skip
    given = {key: value for key, value in settings.items() if value}
    return {"name": group.name, **given, "rules": [_rule(rule, group, links) for rule in group.rules]}


def _rule(rule: AlertRule | PlainAlert | RecordingRule, group: AlertGroup, links: AlertLinks) -> dict[str, Any]:
    if isinstance(rule, RecordingRule):
        labels = {"labels": dict(rule.labels)} if rule.labels else {}
        return {"record": rule.record, "expr": rule.expr, **labels}
    if isinstance(rule, PlainAlert):
        parts = {
            "for": rule.wait, "keep_firing_for": rule.keep_firing_for, "labels": dict(rule.labels),
            "annotations": dict(rule.annotations),
        }  # fmt: skip
        return {
            "alert": rule.name,
            "expr": rule.condition,
            **{key: value for key, value in parts.items() if value},
        }
    urls = {"dashboard_url": links.dashboard(rule), "runbook_url": links.runbook(rule, group.system)}
    return {
        "alert": rule.name,
        "expr": rule.condition,
        "for": rule.wait,
        "labels": group.labels(rule),
        "annotations": {
            "summary": rule.summary,
            "description": rule.description,
            **{key: url for key, url in urls.items() if url},
        },
    }


def _test(rule: AlertRule, index: int) -> dict[str, Any]:
    test = rule.tests[index]
    name = f'alertname="{rule.name}", severity="{rule.severity.label}"'
    expected = [{"labels": "{}", "value": 1}] if test.fires else []
    return {
        "name": f"{rule.name} ({rule.severity.label}) {'fires' if test.fires else 'stays quiet'}",
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in test.series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(count by (alertname) (ALERTS{{alertstate="firing", {name}}}))',
                "eval_time": test.at or f"{seconds(rule.wait) // 60 + 7:g}m",
                "exp_samples": expected,
            }
        ],
    }
