"""Alerts that are taken over from rule files, and from a Grafana that evaluated them before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.authoring.alerts import caller
from dashkit.model.alerts import AlertSeverity, PlainAlert
from dashkit.model.durations import seconds

#: What `plain_alert` can say of a Grafana-managed rule besides what a rule file has.
KEYS = frozenset(
    (
        "uid", "title", "noDataState", "execErrState", "isPaused", "notification_settings", "missing_series_evals_to_resolve",
        "annotations",
    )
)  # fmt: skip


def plain_alert(
    name: str,
    expr: str,
    *,
    above: float | None = None,
    below: float | None = None,
    wait: str = "",
    keep_firing_for: str = "",
    severity: AlertSeverity | str | None = None,
    summary: str | None = None,
    description: str | None = None,
    runbook_url: str | None = None,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    grafana: Mapping[str, Any] | None = None,
) -> PlainAlert:
    """Define an alert as a rule file has it, which is what `dashkit import` makes: without tests, a symptom and a runbook.

    Nothing is added to it, and all texts stay as they are written. `alert` asks for more, and knows more about what it makes.

    Args:
        expr: the whole condition. With ``above`` or ``below``, that limit is compared.
        wait: how long the condition has to hold (``for``); without it, the alert fires at once.
        severity: the label ``severity``. ``labels`` are all others.
        summary: the annotation ``summary``. ``description`` and ``runbook_url`` are annotations, too, and ``annotations`` are
            all others.
        grafana: what only a Grafana-managed rule says, by the keys of Grafana's provisioning API, such as ``noDataState``.
            ``annotations`` in it are those whose text differs there.

    Raises:
        ValueError: the name is empty, there are two limits, a duration is none, something is said twice, or Grafana has no such
            key.
    """
    if not name.strip() or not expr.strip():
        raise ValueError(f"alert {name!r}: a name and an expression are needed")
    if above is not None and below is not None:
        raise ValueError(f"alert {name}: set either above= or below=")
    for text in filter(None, (wait, keep_firing_for)):
        seconds(text)
    if wrong := sorted(set(grafana or ()) - KEYS):
        raise ValueError(f"alert {name}: grafana= has no {wrong[0]!r}; it has {', '.join(sorted(KEYS))}")
    label = severity.label if isinstance(severity, AlertSeverity) else severity
    texts = {"summary": summary, "description": description, "runbook_url": runbook_url}
    return PlainAlert(
        name=name,
        expr=expr,
        above=above,
        below=below,
        wait=wait,
        keep_firing_for=keep_firing_for,
        labels=_joined(name, labels or {}, {"severity": label}),
        annotations=_joined(name, annotations or {}, texts),
        grafana=dict(grafana or {}),
        source=caller(),
    )


def _joined(name: str, given: Mapping[str, str], named: Mapping[str, str | None]) -> dict[str, str]:
    said = {key: value for key, value in named.items() if value is not None}
    if twice := sorted(given.keys() & said.keys()):
        raise ValueError(f"alert {name}: {twice[0]} is said twice")
    return {**said, **given}
