"""Metric catalogues: one YAML file for each exporter or system.

.. code-block:: yaml

    name: shop
    scrape:                                 # labels that scraping adds and no exporter sends
      labels: {system: shop}                # on every target
      jobs:
        api: {labels: {service: api}, instances: ["api-0:8080"]}
    metrics:
      http_requests_total:
        type: counter                       # counter, gauge, histogram, summary, untyped
        unit: requests
        help: Requests by outcome.
        labels: {status: ["200", "500"]}    # label -> sample values
        each: {pods: [namespace, pod]}      # labels whose values belong together: columns of a table
        buckets: [0.1, 1]                   # of a histogram, without +Inf
        open: [status]                      # labels that have more values than are listed
        optional: [shard]                   # labels that only some of its series have
        series: 12                          # their number when the catalogue was taken from a server
        jobs: [api]                         # the jobs that export it; default: all
    tables:
      pods: [{namespace: shop, pod: api-0}]
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashkit import _files, _yaml
from dashkit.errors import InputError
from dashkit.metrics.label_sets import LabelSets

KINDS = ("counter", "gauge", "histogram", "summary", "untyped")


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _map(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT, "minItems": 1}
_LABELS = _map(_TEXT)
_TARGETS = _object("instances", labels=_LABELS, instances=_NAMES)
_METRIC = _object(
    "type",
    "help",
    type={"enum": list(KINDS)},
    unit=_TEXT,
    help=_TEXT,
    labels=_map(_NAMES),
    each=_map(_NAMES),
    buckets={"type": "array", "items": {"type": "number"}, "minItems": 1},
    jobs=_NAMES,
    open=_NAMES,
    optional=_NAMES,
    series={"type": "integer", "minimum": 0},
)
SCHEMA = _object(
    "name",
    "metrics",
    name=_TEXT,
    about=_TEXT,
    exporter=_TEXT,
    version=_TEXT,
    scrape=_object(labels=_LABELS, jobs=_map({"anyOf": [_TARGETS, {"type": "array", "items": _TARGETS}]})),
    recorded=_NAMES,
    metrics=_map(_METRIC),
    tables=_map({"type": "array", "items": _LABELS, "minItems": 1}),
)


@dataclass(frozen=True, slots=True)
class Scraped:
    """One target as scraping sees it: its job, its instance and the labels that scraping adds."""

    job: str
    instance: str
    labels: Mapping[str, str]

    @property
    def added(self) -> dict[str, str]:
        return {**self.labels, "job": self.job, "instance": self.instance}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a catalogue file. ``samples`` are the label sets that it has on a target."""

    name: str
    kind: str
    unit: str
    help: str
    samples: LabelSets
    #: Labels whose values combine freely with all others. Those of a table belong together.
    free: frozenset[str]
    buckets: tuple[float, ...]
    jobs: frozenset[str]
    #: Labels with more values than the samples show.
    open: frozenset[str] = frozenset()
    #: Labels that only some of its series have.
    optional: frozenset[str] = frozenset()

    @property
    def labels(self) -> frozenset[str]:
        """The labels that the exporter sets."""
        return self.samples.labels

    def series_names(self) -> tuple[str, ...]:
        """Return the names under which Prometheus stores it."""
        if self.kind == "histogram":
            return (f"{self.name}_bucket", f"{self.name}_sum", f"{self.name}_count")
        if self.kind == "summary":
            return (self.name, f"{self.name}_sum", f"{self.name}_count")
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One file. ``recorded`` are metrics that Prometheus itself writes for every target of all files."""

    name: str
    path: Path
    targets: tuple[Scraped, ...]
    metrics: tuple[Metric, ...]
    recorded: frozenset[str]
    exporter: str
    version: str

    def targets_of(self, metric: Metric) -> Iterator[Scraped]:
        return (target for target in self.targets if target.job in metric.jobs)


def read_catalogues(folder: Path) -> list[Catalogue]:
    """Read all catalogues of a folder, sorted by file name."""
    return [read_catalogue(path) for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml")]


def read_catalogue(path: Path) -> Catalogue:
    """Read one catalogue.

    Raises:
        InputError: The file is not valid. The error names the file and the place.
    """
    try:
        value = _yaml.load(_files.read_bytes(path))
    except _yaml.ERRORS as error:
        message, where = _yaml.reason(error, str(path))
        raise InputError(message, where=where) from None
    wrong = next(iter(_validator().iter_errors(value)), None)
    if wrong is not None:
        raise InputError(_fault(wrong), where=str(path))
    targets = tuple(_targets(value.get("scrape", {})))
    every = {target.job for target in targets}
    metrics = []
    for name, entry in value["metrics"].items():
        jobs = frozenset(entry.get("jobs", every))
        if jobs - every:
            raise InputError(f"metrics.{name}: no job {sorted(jobs - every)[0]!r} in scrape.jobs", where=str(path))
        if (entry["type"] == "histogram") != ("buckets" in entry):
            raise InputError(f"metrics.{name}: a histogram, and nothing else, has buckets", where=str(path))
        samples = _samples(entry, value.get("tables", {}), f"{path}: metrics.{name}")
        metrics.append(
            Metric(
                name, entry["type"], entry.get("unit", ""), entry["help"], samples,
                frozenset(entry.get("labels", ())),
                tuple(entry.get("buckets", ())), jobs, frozenset(entry.get("open", ())), frozenset(entry.get("optional", ())),
            )
        )  # fmt: skip
    return Catalogue(
        value["name"], path, targets, tuple(metrics), frozenset(value.get("recorded", ())),
        value.get("exporter", ""), value.get("version", ""),
    )  # fmt: skip


def _fault(wrong: Any) -> str:
    place = [str(part) for part in wrong.absolute_path]
    if wrong.validator == "additionalProperties":
        known = wrong.schema.get("properties", {})
        unknown = min(str(key) for key in wrong.instance if key not in known)
        near = difflib.get_close_matches(unknown, known, n=1)
        return f"unknown key `{'.'.join([*place, unknown])}`" + (f"; did you mean `{near[0]}`?" if near else "")
    return f"{'.'.join(place)}: {wrong.message}" if place else str(wrong.message)


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMA)


def _targets(scrape: Mapping[str, Any]) -> Iterator[Scraped]:
    for job, entries in scrape.get("jobs", {}).items():
        for entry in entries if isinstance(entries, list) else [entries]:
            labels = {**scrape.get("labels", {}), **entry.get("labels", {})}
            for instance in entry["instances"]:
                yield Scraped(job, instance, labels)


def _samples(entry: Mapping[str, Any], tables: Mapping[str, Any], where: str) -> LabelSets:
    """Return every combination of the tables' rows and the free labels' values."""
    parts: list[list[dict[str, str]]] = []
    for table, columns in entry.get("each", {}).items():
        if table not in tables:
            raise InputError(f"no table {table!r}", where=where)
        missing = [column for column in columns for row in tables[table] if column not in row]
        if missing:
            raise InputError(f"a row of table {table!r} has no {missing[0]!r}", where=where)
        rows = dict.fromkeys(tuple(row[column] for column in columns) for row in tables[table])
        parts.append([dict(zip(columns, row, strict=True)) for row in rows])
    parts += [[{label: value} for value in values] for label, values in entry.get("labels", {}).items()]
    return LabelSets(tuple(parts))
