"""What a Prometheus scrapes: targets that are down, slow scrapes, and limits. Pure.

https://prometheus.io/docs/prometheus/latest/querying/api/#targets
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashkit.doctor.prometheus_rules import PART
from dashkit.doctor.row import Row, State
from dashkit.model.durations import duration, is_duration, seconds
from dashkit.model.words import counted

#: A scrape that takes more than this part of its time-out fails on the next busy day; so does one near its sample limit.
NEAR = 0.8


def target_rows(targets: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield a row for each job with targets that are down or slow, and one for the others together.

    Args:
        targets: the active ones, as ``/api/v1/targets`` lists them.
    """
    jobs: dict[str, list[Mapping[str, Any]]] = {}
    for target in targets:
        jobs.setdefault(str((target.get("labels") or {}).get("job") or target.get("scrapePool") or ""), []).append(
            target
        )
    fine = 0
    for job, members in sorted(jobs.items()):
        rows = [row for row in (_down(job, members), _slow(job, members)) if row]
        fine += sum(target.get("health") != "down" for target in members)
        yield from rows
    if not targets:
        yield Row(State.WARNING, PART, "targets", "it scrapes nothing", "add scrape_configs to prometheus.yml")
    elif fine:
        yield Row(
            State.OK, PART, "targets", f"{fine} of {counted(len(targets), 'target')} up, of {counted(len(jobs), 'job')}"
        )


def _down(job: str, members: Sequence[Mapping[str, Any]]) -> Row | None:
    down = [target for target in members if target.get("health") == "down"]
    if not down:
        return None
    error = " ".join(str(down[0].get("lastError") or "").split())[:200]
    # The address of the page, without the parameters and passwords that it may have.
    instance = (down[0].get("labels") or {}).get("instance") or "?"
    evidence = f"{len(down)} of {counted(len(members), 'target')} down; {instance}: {_without_url(error)}"
    if "limit exceeded" in error:
        mend = f"raise the limit of job {job} in prometheus.yml, or let the target expose fewer series"
    else:
        mend = "start it, or correct the address in prometheus.yml"
    # A single target is what alerts are for; a whole job is a fault of the configuration as often.
    return Row(
        State.FAILED if len(down) == len(members) else State.WARNING, PART, f"targets of job {job}", evidence, mend
    )


def _without_url(error: str) -> str:
    """Return an error without the URL that Go puts before it: ``Get "http://...": connection refused``."""
    before, found, after = error.partition('": ')
    return after if found and before.startswith(("Get ", "Head ", "Post ")) else error


def _slow(job: str, members: Sequence[Mapping[str, Any]]) -> Row | None:
    up = [target for target in members if target.get("health") == "up" and _timeout(target)]
    worst = max(up, key=lambda target: _took(target) / _timeout(target), default=None)
    if worst is None or _took(worst) < NEAR * _timeout(worst):
        return None
    instance = (worst.get("labels") or {}).get("instance") or "?"
    evidence = f"a scrape of {instance} took {_took(worst):.2g} s, and is given {duration(_timeout(worst))}"
    mend = f"raise scrape_interval and scrape_timeout of job {job}, or let the target expose fewer series"
    return Row(State.WARNING, PART, f"scrape duration of job {job}", evidence, mend)


def _took(target: Mapping[str, Any]) -> float:
    return float(target.get("lastScrapeDuration") or 0)


def _timeout(target: Mapping[str, Any]) -> float:
    """Return how long a scrape may take, in seconds; 0 if the server does not say (before Prometheus 2.30)."""
    text = str(target.get("scrapeTimeout") or target.get("scrapeInterval") or "")
    return seconds(text) if is_duration(text) else 0.0


def limit_rows(used: Mapping[str, float], exceeded: Mapping[str, float]) -> Iterator[Row]:
    """Yield the jobs near their sample limit, and the limits that were exceeded.

    Args:
        used: the used part of the sample limit by job, if Prometheus records it (``extra-scrape-metrics``).
        exceeded: how many scrapes or pools exceeded a limit in the last hour, by the kind of limit.
    """
    for job, part in sorted(used.items()):
        if part >= NEAR:
            evidence = f"its scrapes bring {part:.0%} of sample_limit; beyond it, all samples are dropped"
            mend = f"raise sample_limit of job {job}, or let the target expose fewer series"
            yield Row(State.WARNING, PART, f"sample limit of job {job}", evidence, mend)
    for kind, number in sorted(exceeded.items()):
        if number > 0:
            evidence = f"exceeded {counted(round(number), 'time')} in the last hour, and the samples dropped"
            yield Row(State.FAILED, PART, f"{kind} limit", evidence, f"raise {kind}_limit of the job in prometheus.yml")
