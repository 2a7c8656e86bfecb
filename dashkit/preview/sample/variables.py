"""The values that the query of a variable finds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from dashkit.lint.values import mapping, text
from dashkit.preview.sample.evaluator import Evaluator
from dashkit.preview.sample.fallback import Level
from dashkit.preview.sample.invented import invented_values
from dashkit.preview.sample.matching import compiled
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sources.prometheus_frames import series_name

_LABEL_VALUES = re.compile(r"label_values\s*\(\s*(?:(.+),)?\s*([A-Za-z_]\w*)\s*\)", re.DOTALL)
_LABEL_NAMES = re.compile(r"label_names\s*\((.*)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\s*\((.*)\)", re.DOTALL)
_RESULT = re.compile(r"query_result\s*\((.*)\)", re.DOTALL)
_COLUMN = re.compile(r"\bselect\s+(?:distinct\s*\(?\s*)?[\"'`\[]?(?:\w+\.)?(\w+)", re.IGNORECASE)
_TAG = re.compile(r"\bwith\s+key\s*=\s*\"?(\w+)", re.IGNORECASE)


def found_values(query: str, name: str, evaluator: Evaluator, at: float) -> list[str]:
    """Return the values of a query; of one that is not understood, a few that are made from the variable's name."""
    query = query.strip()
    labels = _LABEL_VALUES.fullmatch(query)
    if labels is not None:
        return _label_values((labels[1] or "").strip(), labels[2], evaluator, at)
    if _LABEL_NAMES.fullmatch(query):
        return evaluator.base.labels()
    metrics = _METRICS.fullmatch(query)
    if metrics is not None:
        return _matching(metrics[1].strip(), evaluator.names)
    result = _RESULT.fullmatch(query)
    if result is not None:
        return _results(result[1], evaluator, at)
    return list(invented_values(_field(query) or name))


def _label_values(metric: str, label: str, evaluator: Evaluator, at: float) -> list[str]:
    if not metric:
        return evaluator.base.label_values(label) or list(invented_values(label))
    every = evaluator.evaluate(metric, Clock([at]), Level(), f"{{{{{label}}}}}")
    return sorted({one.labels[label] for one in every if label in one.labels})


def _matching(pattern: str, names: Iterable[str]) -> list[str]:
    wanted = compiled(pattern)
    return [name for name in names if wanted is not None and wanted.search(name)]


def _results(expr: str, evaluator: Evaluator, at: float) -> list[str]:
    """Return the series of an expression as Grafana writes them: name, labels, value and time."""
    found = evaluator.evaluate(expr, Clock([at]), Level())
    return [f"{series_name(one.labels, {'expr': '{}'})} {one.values[0]:g} {at * 1000:.0f}" for one in found]


def _field(query: str) -> str:
    """Return what a query of another datasource asks for: a field of Elasticsearch, a tag of InfluxDB, a column of SQL."""
    if query.startswith("{"):
        try:
            return text(mapping(json.loads(query)).get("field")).removesuffix(".keyword").rpartition(".")[2]
        except ValueError:
            return ""
    found = _TAG.search(query) or _COLUMN.search(query)
    return found[1] if found else ""
