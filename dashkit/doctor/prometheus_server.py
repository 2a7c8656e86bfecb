"""A Prometheus as such: version, size, retention, configuration, and the Alertmanagers that it knows. Pure.

https://prometheus.io/docs/prometheus/latest/querying/api/#status
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit.doctor.prometheus_rules import PART
from dashkit.doctor.row import Row, State
from dashkit.model.durations import duration, is_duration, seconds


@dataclass(frozen=True, slots=True)
class Reach:
    """How many seconds before now something reads, and what it is."""

    seconds: float
    what: str


def version_row(build: Mapping[str, Any] | None, url: str) -> Row:
    """Return the version that ``status/buildinfo`` says."""
    if not build or not build.get("version"):
        return Row(State.SKIPPED, PART, "version", f"{url} answers queries, but does not say its version")
    return Row(State.OK, PART, "version", f"{build['version']} at {url}")


def reload_row(successful: bool | None) -> Row:
    """Return whether the configuration in use is the one on disk; None if the server does not say."""
    if successful is None:
        return Row(State.SKIPPED, PART, "configuration", "the server does not say whether it was read")
    if successful:
        return Row(State.OK, PART, "configuration", "the last reload succeeded")
    evidence = "the last reload failed: the configuration and rules before it are still in use"
    return Row(
        State.FAILED, PART, "configuration", evidence, "promtool check config prometheus.yml, correct it, and reload"
    )


def head_row(series: float | None) -> Row:
    """Return how many series are in memory."""
    if series is None:
        return Row(State.SKIPPED, PART, "series in memory", "the server does not scrape itself")
    return Row(State.OK, PART, "series in memory", f"{series:,.0f}")


def kept(retention: str) -> float | None:
    """Return the seconds that ``storageRetention`` says, such as ``15d`` or ``15d or 10GiB``; None if only size counts."""
    for part in re.split(r"\s+or\s+", retention.strip()):
        if is_duration(part) and seconds(part) > 0:
            return seconds(part)
    return None


def retention_row(runtime: Mapping[str, Any] | None, longest: Reach | None) -> Row:
    """Return whether the data is kept as long as the project asks for it."""
    said = str((runtime or {}).get("storageRetention") or "")
    time = kept(said)
    asked = (
        f"{longest.what} reads {duration(longest.seconds)} back"
        if longest
        else "nothing of the project reads more than an hour"
    )
    if time is None:
        evidence = (
            f"the server does not say how long it keeps data; {asked}"
            if not said
            else f"limited by size ({said}); {asked}"
        )
        return Row(State.SKIPPED, PART, "retention", evidence)
    evidence = f"data is kept for {duration(time)}; {asked}"
    if longest and longest.seconds > time:
        mend = f"start it with --storage.tsdb.retention.time={math.ceil(longest.seconds / 86_400)}d, or read a shorter range"
        return Row(State.WARNING, PART, "retention", evidence, mend)
    return Row(State.OK, PART, "retention", evidence)


def alertmanager_row(known: Mapping[str, Any] | None, errors: float | None, *, needed: bool) -> Row:
    """Return the Alertmanagers that Prometheus sends alerts to.

    Args:
        known: what ``/api/v1/alertmanagers`` says, None if the server lacks it.
        errors: how many alerts could not be sent in the last five minutes; None if the server does not scrape itself.
        needed: whether the project has alerts that Prometheus evaluates.
    """
    check = "Alertmanagers"
    if known is None:
        return Row(State.SKIPPED, PART, check, "the server does not list them")
    active = _hosts(known.get("activeAlertmanagers") or ())
    dropped = _hosts(known.get("droppedAlertmanagers") or ())
    more = f"; dropped by relabelling: {', '.join(dropped)}" if dropped else ""
    if not active:
        state = State.FAILED if needed else State.WARNING
        return Row(
            state, PART, check, f"none: alerts reach nobody{more}", "add alerting.alertmanagers to prometheus.yml"
        )
    if errors:
        evidence = f"{', '.join(active)}; about {errors:.0f} alerts could not be sent in the last 5 minutes{more}"
        return Row(
            State.FAILED, PART, check, evidence, "start the Alertmanager, or correct its address in prometheus.yml"
        )
    return Row(State.OK, PART, check, f"{', '.join(active)}{more}")


def _hosts(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return host and port of each, without a user or password."""
    urls = (str(entry.get("url") or "") for entry in entries)
    return [url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url for url in urls]
