"""What a push of rules cannot give a Grafana, in words."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.app.connect import Connected
from dashkit.app.source import Alerting
from dashkit.deploy.steps import GroupStep, Plan
from dashkit.errors import ServerError
from dashkit.model.alerts import PlainAlert
from dashkit.model.item import Limits
from dashkit.model.words import counted


def push_warnings(found: Connected, alerting: Alerting, plan: Plan[GroupStep]) -> tuple[str, ...]:
    """Warn if recording rules are left out, or if Grafana would send their series to a URL that Prometheus does not have.

    Grafana does not know the limit of a group either, and before 12 not how long an alert keeps firing.
    """
    return (*_lost(found, alerting), *_recording(found, alerting, plan))


def _lost(found: Connected, alerting: Alerting) -> Iterator[str]:
    if limited := [group.name for group in alerting.groups if group.limit]:
        yield f"Grafana has no `limit` for a group, so these have none there: {', '.join(limited)}"
    alerts = [alert for group in alerting.groups for alert in group.alerts]
    kept = [alert.name for alert in alerts if isinstance(alert, PlainAlert) and alert.keep_firing_for]
    if kept and not found.server.recording_rules:
        yield f"Grafana {found.server.version} has no `keep_firing_for`, so these alerts end at once: {', '.join(kept)}"


def _recording(found: Connected, alerting: Alerting, plan: Plan[GroupStep]) -> tuple[str, ...]:
    count = sum(len(group.recordings) for group in alerting.groups)
    if count and found.context.recording == "grafana" and not found.server.recording_rules:
        return (
            f"{counted(count, 'recording rule')} left out: Grafana {found.server.version} does not evaluate them; set "
            "`recording: prometheus` in the context, and load the files of `dashkit rules build --recording-only` there",
        )
    rules = [rule for step in plan.writes if step.item for rule in step.item.content["rules"]]
    uids = {str(rule["record"]["target_datasource_uid"]) for rule in rules if "record" in rule}
    if not uids:
        return ()
    try:
        items = list(found.server.items("datasources", Limits(keys=frozenset(uids))))
    except ServerError:
        return ()
    known = {item.key for item in items if item.content.get("jsonData", {}).get("prometheusType")}
    return tuple(
        f"datasource {uid!r} has no `prometheusType`, so Grafana assumes Mimir and would write recorded series to the wrong "
        "URL: set it to Prometheus, and start Prometheus with --web.enable-remote-write-receiver"
        for uid in sorted(uids & {item.key for item in items} - known)
    )
