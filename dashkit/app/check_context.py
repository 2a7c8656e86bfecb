"""Build the context of a check from dashkit.yaml, the metric catalogue and the project's recording rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dashkit.app.contents import Gathered
from dashkit.config.project import Project
from dashkit.errors import ConfigError, UsageError
from dashkit.lint.context import CheckContext
from dashkit.metrics.catalogue import Catalogue, read_catalogue, read_catalogues
from dashkit.metrics.index import MetricIndex, Series
from dashkit.model.alerts import AlertGroup
from dashkit.model.durations import seconds
from dashkit.model.versions import major
from dashkit.promql.labels import Labels, labels_of
from dashkit.promql.tree import parse


def context_of(project: Project, gathered: Gathered, *, grafana: str = "") -> CheckContext:
    """Return the context for the project's own files; ``grafana`` is a version that overrides dashkit.yaml."""
    settings = project.check
    version = grafana or project.grafana
    recordings = (rule.record for group in gathered.groups for rule in group.recordings)
    return CheckContext(
        grafana=major(version),
        metrics=_metrics(project, gathered.groups) if gathered.ours else None,
        recorded=frozenset(recordings) if gathered.ours else None,
        scrape_interval=scrape_interval(project),
        scrape_known="scrape_interval" in settings,
        metricsql=settings.get("language") == "metricsql",
        retention=seconds(settings["retention"]) if "retention" in settings else None,
        datasources=project.datasource_types,
        whole_project=gathered.whole,
        matchers=settings.get("matchers", {}),
        variables=tuple(settings.get("variables", ())),
        severities=tuple(settings.get("severities", ())),
        **settings.get("budgets", {}),
    )


def foreign_metrics(
    project: Project, gathered: Gathered, paths: tuple[str, ...], *, catalogue: bool
) -> MetricIndex | None:
    """Return the metrics for files from elsewhere: those of catalogues at ``paths``, and with ``catalogue`` the project's own.

    Raises:
        UsageError: there is no catalogue at a path, or the project has none.
    """
    found = []
    for name in paths:
        path = Path(name)
        read = read_catalogues(path) if path.is_dir() else [read_catalogue(path)] if path.is_file() else []
        if not read:
            raise UsageError(f"--metrics: no metric catalogue at {name}", hint="dashkit metrics pull writes one")
        found += read
    own = _metrics(project, gathered.groups, found) if catalogue else None
    if catalogue and not project.check.get("metrics"):
        raise UsageError("--catalogue: the project has no metric catalogue", hint="name its folder under check.metrics")
    return own or (MetricIndex(found) if found else None)


def foreign_context(context: CheckContext, metrics: MetricIndex | None = None) -> CheckContext:
    """Return the context for files from elsewhere, of which only the server that will show them is known."""
    return CheckContext(
        metrics=metrics,
        grafana=context.grafana,
        scrape_interval=context.scrape_interval,
        scrape_known=context.scrape_known,
        metricsql=context.metricsql,
    )


def scrape_interval(project: Project) -> float:
    """Return the scrape interval of Prometheus, in seconds."""
    interval = project.check.get("scrape_interval")
    return seconds(interval) if interval else CheckContext().scrape_interval


def _metrics(project: Project, groups: Iterable[AlertGroup], more: Iterable[Catalogue] = ()) -> MetricIndex | None:
    """Return the catalogue, including the series that the project records; None without a catalogue."""
    catalogues = [*more]
    for name in project.check.get("metrics", ()):
        folder = project.root / name
        if not folder.is_dir():
            raise ConfigError(f"`check.metrics`: no folder {name}", where=str(project.file or ""))
        found = read_catalogues(folder)
        if not found:
            raise ConfigError(f"`check.metrics`: no catalogue (*.yaml) in {name}", where=str(project.file or ""))
        catalogues += found
    if not catalogues:
        return None
    index = MetricIndex(catalogues)
    for group in groups:
        for rule in group.recordings:
            tree = parse(rule.expr).tree
            labels = labels_of(tree, index.labels) if tree is not None else Labels()
            own = frozenset(rule.labels)
            labels = Labels(labels.sure | own, None if labels.possible is None else labels.possible | own)
            index.add(rule.record, Series(rule.record, "gauge", labels, {}))
    return index
