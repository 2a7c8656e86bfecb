"""Queries of dashboards and rules against the metric catalogue: nothing unknown is used, nothing known is unused."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from dashkit.document.walk import entries, panels
from dashkit.metrics.catalogue import Catalogue, Metric
from dashkit.model.alerts import RecordingRule
from tests.support.project import catalogues, dashboards, is_prometheus
from tests.support.reading import Reading, read
from tests.support.rules import compiled
from tests.support.variables import substitute

#: Labels that Prometheus or a rule adds itself.
ADDED_BY_RULES = {"le", "alertname", "alertstate", "severity", "symptom", "service", "slo", "system", "burn"}


class Known:
    """Stored series by name, with the labels that they can have."""

    def __init__(self, found: list[Catalogue]) -> None:
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.metrics: dict[str, list[Metric]] = defaultdict(list)
        every = {label for catalogue in found for target in catalogue.targets for label in target.added}
        for catalogue in found:
            for metric in catalogue.metrics:
                targets = list(catalogue.targets_of(metric))
                added = {label for target in targets for label in target.added}
                for name in metric.series_names():
                    self.labels[name] |= metric.labels | (every if metric.name in catalogue.recorded else added)
                    self.metrics[name].append(metric)
        for group in compiled()[0]:
            for rule in group.rules:
                if isinstance(rule, RecordingRule):
                    self.labels[rule.record] |= set(rule.labels) | {"environment"}


def readings() -> Iterator[tuple[str, Reading]]:
    """Every expression of the project with the place it stands in."""
    for dashboard in dashboards():
        values = {variable["name"]: "x" for variable in entries(dashboard.spec, "templating")}
        values |= {name: "1" for name in values if name.startswith("price_")}
        for variable in entries(dashboard.spec, "templating"):
            if variable["type"] == "query":
                found = re.fullmatch(r"label_values\((.+), *(\w+)\)", variable["query"])
                assert found
                reading = read(substitute(found[1], values))
                yield f"{dashboard.uid} ${variable['name']}", Reading(reading.selectors, frozenset({found[2]}))
        for annotation in entries(dashboard.spec, "annotations"):
            if "expr" in annotation:
                yield f"{dashboard.uid} {annotation['name']}", read(substitute(annotation["expr"], values))
        for placed in panels(dashboard.spec):
            for target in placed.panel.get("targets", []):
                if is_prometheus(placed.panel, target):
                    yield f"{dashboard.uid} {placed.panel['title']}", read(substitute(target["expr"], values))
    for group in compiled()[0]:
        for rule in group.rules:
            name = rule.record if isinstance(rule, RecordingRule) else rule.name
            yield f"{group.name} {name}", read(rule.expr)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(catalogues())


@pytest.fixture(scope="module")
def used() -> list[tuple[str, Reading]]:
    return list(readings())


def test_no_query_uses_a_metric_that_nothing_exports(known: Known, used: list[tuple[str, Reading]]) -> None:
    unknown = {
        f"{place}: {selector.name}"
        for place, reading in used
        for selector in reading.selectors
        if selector.name not in known.labels
    }
    assert unknown == set()


def test_no_selector_matches_on_a_label_that_its_metric_has_not(known: Known, used: list[tuple[str, Reading]]) -> None:
    wrong = {
        f"{place}: {selector.name} has no label {label}"
        for place, reading in used
        for selector in reading.selectors
        for label, operator, _value in selector.matchers
        if label not in known.labels[selector.name] | {"le"} and not operator.startswith("!")
    }
    assert wrong == set()


def test_no_aggregation_names_a_label_that_none_of_its_metrics_has(
    known: Known, used: list[tuple[str, Reading]]
) -> None:
    wrong = set()
    for place, reading in used:
        there = {label for selector in reading.selectors for label in known.labels[selector.name]}
        wrong |= {f"{place}: {label}" for label in reading.labels - there - {"le"}}
    assert wrong == set()


def test_every_catalogued_metric_is_used(known: Known, used: list[tuple[str, Reading]]) -> None:
    names = {selector.name for _, reading in used for selector in reading.selectors}
    unused = {
        f"{catalogue.name}: {metric.name}"
        for catalogue in catalogues()
        for metric in catalogue.metrics
        if not names & set(metric.series_names())
    }
    assert unused == set()


def test_a_query_of_a_shared_name_says_whose_it_is(known: Known, used: list[tuple[str, Reading]]) -> None:
    """Four systems export http_requests_total: without a system the query would add them up."""
    owners = defaultdict(set)
    for catalogue in catalogues():
        for metric in catalogue.metrics:
            for name in metric.series_names():
                owners[name].add(catalogue.name)
    shared = {name for name, systems in owners.items() if len(systems) > 1}
    assert "http_requests_total" in shared
    loose = {
        f"{place}: {selector.name}"
        for place, reading in used
        for selector in reading.selectors
        if selector.name in shared and not {"system", "job"} & {label for label, _, _ in selector.matchers}
    }
    assert loose == set()


def test_every_query_of_a_target_says_the_environment(known: Known, used: list[tuple[str, Reading]]) -> None:
    """Else staging would be added to production."""
    exported = {name for catalogue in catalogues() for metric in catalogue.metrics for name in metric.series_names()}
    loose = {
        f"{place}: {selector.name}"
        for place, reading in used
        for selector in reading.selectors
        if selector.name in exported - {"ALERTS"}
        and "environment" not in {label for label, _, _ in selector.matchers}
        and " $environment" not in place
    }
    assert loose == set()


def test_values_of_matchers_are_among_the_catalogued_ones(known: Known, used: list[tuple[str, Reading]]) -> None:
    """``escalated="true"`` would find nothing where the exporter writes True."""
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for catalogue in catalogues():
        for metric in catalogue.metrics:
            for name in metric.series_names():
                for sample in metric.samples:
                    for label, value in sample.items():
                        values[name, label].add(value)
    wrong = set()
    for place, reading in used:
        for selector in reading.selectors:
            for label, operator, value in selector.matchers:
                there = values.get((selector.name, label))
                if not there or value == "x" or operator not in ("=", "=~") or selector.name == "ALERTS":
                    continue
                pattern = value if operator == "=~" else re.escape(value)
                if not any(re.fullmatch(pattern, one) for one in there):
                    wrong.add(f"{place}: {selector.name}{{{label}{operator}{value!r}}}, not among {sorted(there)}")
    assert wrong == set()


def test_every_latency_objective_has_a_bucket_at_its_limit(known: Known) -> None:
    for group in compiled()[0]:
        for rule in group.rules:
            for selector in read(rule.expr).selectors:
                for label, operator, value in selector.matchers:
                    if label == "le" and operator in ("=", "=~"):
                        wanted = float(value.split("|")[0])
                        system = {key: val for key, _, val in selector.matchers}.get("system", "")
                        holders = list(known.metrics[selector.name])
                        own = [
                            metric
                            for catalogue in catalogues()
                            for metric in catalogue.metrics
                            if metric in holders and any(t.labels.get("system") == system for t in catalogue.targets)
                        ]
                        assert own, (rule, selector)
                        assert all(wanted in metric.buckets for metric in own), (rule, wanted, own[0].buckets)
