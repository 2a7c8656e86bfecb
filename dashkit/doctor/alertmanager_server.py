"""An Alertmanager as such: version, cluster, routing, failed notifications, silences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashkit.doctor.routes import Configuration
from dashkit.doctor.routes_compared import differences
from dashkit.doctor.row import Row, State
from dashkit.model.words import counted

PART = "Alertmanager"
#: https://github.com/prometheus/alertmanager 0.25, notify/notify.go; later versions add a label with the reason.
_FAILED = re.compile(
    r'^alertmanager_notifications_failed_total\{[^}]*integration="([^"]*)"[^}]*\}\s+(\S+)', re.MULTILINE
)
#: How many differences a row names.
_NAMED = 3


def status_rows(status: Mapping[str, Any], url: str) -> Iterator[Row]:
    """Yield the version, and the state of the cluster, that ``/api/v2/status`` says."""
    version = (status.get("versionInfo") or {}).get("version") or "unknown version"
    yield Row(State.OK, PART, "version", f"{version} at {url}")
    cluster = status.get("cluster") or {}
    state, peers = str(cluster.get("status") or "unknown"), cluster.get("peers") or []
    if state == "disabled":
        yield Row(State.OK, PART, "cluster", "a single one, without a cluster")
    elif state == "ready":
        yield Row(State.OK, PART, "cluster", f"ready, with {counted(len(peers), 'member')}")
    else:
        mend = "wait until it has settled; otherwise check --cluster.peer and the port of the cluster"
        yield Row(State.WARNING, PART, "cluster", f"{state}, with {counted(len(peers), 'member')}", mend)


def routing_row(live: Configuration, wanted: Configuration | None) -> Row:
    """Return whether the routing does what that of the project does; ``wanted`` is None if the project has none for it."""
    check = "routing"
    if wanted is None:
        return Row(State.SKIPPED, PART, check, "the project has no routing that Alertmanager can do")
    found = differences(wanted, live)
    if not found:
        return Row(State.OK, PART, check, f"as in the source: {counted(sum(1 for _ in live.top.walk()), 'route')}")
    more = f"; and {counted(len(found) - _NAMED, 'difference')} more" if len(found) > _NAMED else ""
    mend = "dashkit rules build, copy build/alertmanager/alertmanager.yml to where Alertmanager reads it, and reload it"
    return Row(State.WARNING, PART, check, "; ".join(found[:_NAMED]) + more, mend)


def failed_row(metrics: str) -> Row:
    """Return how many notifications failed since Alertmanager started, by the kind of receiver."""
    check = "notifications"
    if "alertmanager_" not in metrics:
        return Row(State.SKIPPED, PART, check, "the server does not show its metrics")
    failed: dict[str, float] = {}
    for kind, number in _FAILED.findall(metrics):
        failed[kind] = failed.get(kind, 0) + float(number)
    failed = {kind: number for kind, number in sorted(failed.items()) if number > 0}
    if not failed:
        return Row(State.OK, PART, check, "none failed since it started")
    evidence = "failed since it started: " + ", ".join(f"{number:.0f} by {kind}" for kind, number in failed.items())
    return Row(
        State.WARNING,
        PART,
        check,
        evidence,
        "its log names the receiver and the reason; often it is the secret or the address",
    )


def silences_row(silences: Sequence[Mapping[str, Any]]) -> Row:
    """Return how many silences are in force."""
    soonest = min((str(silence.get("endsAt") or "") for silence in silences), default="")
    more = f", the first until {soonest[:16].replace('T', ' ')} UTC" if soonest else ""
    return Row(State.OK, PART, "silences", f"{len(silences)} in force{more}")
