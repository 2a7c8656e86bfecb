"""Read metric catalogues: one YAML file for each exporter or system.

.. code-block:: yaml

    name: shop
    scrape:                                 # labels that scraping adds; no exporter sends them
      labels: {system: shop}                # on every target
      jobs:
        api: {labels: {service: api}, instances: ["api-0:8080"]}
    metrics:
      http_requests_total:
        type: counter                       # counter, gauge, histogram, summary, untyped
        unit: requests
        help: Requests by what became of them.
        labels: {status: ["200", "500"]}    # label -> sample values
        each: {pods: [namespace, pod]}      # labels whose values belong together: columns of a table below
        buckets: [0.1, 1]                   # of a histogram, without +Inf
        open: [status]                      # labels that have more values than are listed
        optional: [shard]                   # labels that only some of its series have
        series: 12                          # how many there were when it was taken from a server
        jobs: [api]                         # which jobs export it; else all
    tables:
      pods: [{namespace: shop, pod: api-0}]
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashkit import _files, _yaml
from dashkit.errors import InputError

KINDS = ("counter", "gauge", "histogram", "summary", "untyped")

_NAMES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
_TARGETS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["instances"],
    "properties": {"labels": _LABELS, "instances": _NAMES},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "metrics"],
    "properties": {
        "name": {"type": "string"},
        "about": {"type": "string"},
        "exporter": {"type": "string"},
        "version": {"type": "string"},
        "scrape": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "labels": _LABELS,
                "jobs": {
                    "type": "object",
                    "additionalProperties": {"anyOf": [_TARGETS, {"type": "array", "items": _TARGETS}]},
                },
            },
        },
        "recorded": _NAMES,
        "metrics": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["type", "help"],
                "properties": {
                    "type": {"enum": list(KINDS)},
                    "unit": {"type": "string"},
                    "help": {"type": "string"},
                    "labels": {"type": "object", "additionalProperties": _NAMES},
                    "each": {"type": "object", "additionalProperties": _NAMES},
                    "buckets": {"type": "array", "items": {"type": "number"}, "minItems": 1},
                    "jobs": _NAMES,
                    "open": _NAMES,
                    "optional": _NAMES,
                    "series": {"type": "integer", "minimum": 0},
                },
            },
        },
        "tables": {"type": "object", "additionalProperties": {"type": "array", "items": _LABELS, "minItems": 1}},
    },
}


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
    """One metric of one catalogue file; ``samples`` are the label sets that it has on a target."""

    name: str
    kind: str
    unit: str
    help: str
    samples: tuple[Mapping[str, str], ...]
    #: Labels whose values go with any others; those of a table belong together.
    free: frozenset[str]
    buckets: tuple[float, ...]
    jobs: frozenset[str]
    #: Labels that have more values than the samples.
    open: frozenset[str] = frozenset()
    #: Labels that only some of its series have.
    optional: frozenset[str] = frozenset()

    @property
    def labels(self) -> frozenset[str]:
        """Names of the labels that the exporter sets."""
        return frozenset(self.samples[0])

    def series_names(self) -> tuple[str, ...]:
        """The names under which Prometheus stores it."""
        if self.kind == "histogram":
            return (f"{self.name}_bucket", f"{self.name}_sum", f"{self.name}_count")
        if self.kind == "summary":
            return (self.name, f"{self.name}_sum", f"{self.name}_count")
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One file: who exports what. ``recorded`` are metrics that Prometheus itself makes for every target of all files."""

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
    """All catalogues of a folder, by file name; `InputError` with file and place for what is wrong with one."""
    return [
        read_catalogue(path) for path in sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    ]


def read_catalogue(path: Path) -> Catalogue:
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
        samples = tuple(_samples(entry, value.get("tables", {}), f"{path}: metrics.{name}"))
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
    place = ".".join(map(str, wrong.absolute_path))
    text = f"{place}: {wrong.message}" if place else wrong.message
    if wrong.validator == "additionalProperties":
        known = wrong.schema.get("properties", {})
        unknown = sorted(str(key) for key in wrong.instance if key not in known)[0]
        near = difflib.get_close_matches(unknown, known, n=1)
        text = f"unknown key `{f'{place}.' if place else ''}{unknown}`" + (
            f"; did you mean `{near[0]}`?" if near else ""
        )
    return str(text)


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


def _samples(entry: Mapping[str, Any], tables: Mapping[str, Any], where: str) -> Iterable[dict[str, str]]:
    """Every combination of rows of the tables and of the values of the free labels."""
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
    for combination in itertools.product(*parts):
        yield {key: value for part in combination for key, value in part.items()}
