"""What Prometheus and Alertmanager say about the alerts of a rule. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dashkit.doctor.alert_explained import Active, Delivery


def actives(
    rule: Mapping[str, Any], now: float, held: Sequence[Mapping[str, Any]] | None, silences: Iterable[Mapping[str, Any]]
) -> list[Active]:
    """Return the alerts of a rule that are pending or fire, those that fire first.

    Args:
        rule: as ``/api/v1/rules`` lists it.
        now: in seconds since 1970.
        held: the alerts that Alertmanager has; None if none was asked.
    """
    found = []
    silences = list(silences)
    for entry in rule.get("alerts") or ():
        since, state = moment(str(entry.get("activeAt"))), str(entry.get("state"))
        left = max(0.0, since + float(rule.get("duration") or 0) - now) if state == "pending" else 0.0
        labels = {str(key): str(value) for key, value in (entry.get("labels") or {}).items()}
        sent = delivery(labels, held, silences) if held is not None and state == "firing" else None
        found.append(Active(labels, state, since, _number(entry.get("value")), left, sent))
    return sorted(found, key=lambda one: (one.state != "firing", one.since))


def moment(text: str) -> float:
    """Return a time such as ``2026-01-31T10:00:00.123456789Z`` in seconds since 1970; 0 for none."""
    before, dot, after = text.partition(".")
    zone = after.lstrip("0123456789") if dot else ""
    try:
        return datetime.fromisoformat(f"{before}{zone}").timestamp()
    except ValueError:
        return 0.0


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def delivery(
    labels: Mapping[str, str], held: Sequence[Mapping[str, Any]], silences: Iterable[Mapping[str, Any]]
) -> Delivery:
    """Return what Alertmanager does with an alert that has these labels, and maybe more."""
    # Prometheus adds its external labels on the way.
    mine = [alert for alert in held if labels.items() <= (alert.get("labels") or {}).items()]
    if not mine:
        return Delivery(known=False)
    alert = min(mine, key=lambda one: len(one["labels"]))
    status = alert.get("status") or {}
    known = {str(silence.get("id")): silence for silence in silences}
    fingerprints = {str(other.get("fingerprint")): other.get("labels") or {} for other in held}
    return Delivery(
        tuple(str(one.get("name")) for one in alert.get("receivers") or ()),
        tuple(_silence(str(key), known.get(str(key), {})) for key in status.get("silencedBy") or ()),
        tuple(_inhibitor(fingerprints.get(str(key), {})) for key in status.get("inhibitedBy") or ()),
    )


def _silence(key: str, silence: Mapping[str, Any]) -> str:
    by = silence.get("createdBy") or "somebody"
    until = f", until {str(silence['endsAt'])[:16].replace('T', ' ')} UTC" if silence.get("endsAt") else ""
    comment = f": {' '.join(str(silence['comment']).split())[:100]}" if silence.get("comment") else ""
    return f"{by}{until}{comment} (silence {key.partition('-')[0]})"


def _inhibitor(labels: Mapping[str, str]) -> str:
    severity = f" ({labels['severity']})" if labels.get("severity") else ""
    return f"alert {labels.get('alertname', 'that is gone meanwhile')}{severity}"
