"""Sample data as a source of data for the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.metrics.catalogue import Catalogue
from dashkit.preview.data import Annotation
from dashkit.preview.frames import Frame
from dashkit.preview.sample import expressions, logs, others, testdata
from dashkit.preview.sample.evaluator import Evaluator
from dashkit.preview.sample.fallback import level_of
from dashkit.preview.sample.moments import moments
from dashkit.preview.sample.prometheus import Asking, answered, clock_of
from dashkit.preview.sample.variables import found_values
from dashkit.preview.sources.port import Answer, View
from dashkit.preview.sources.prometheus_frames import auto_named
from dashkit.preview.sources.steps import steps_of

_PROMETHEUS = ("prometheus", "grafana-amazonprometheus-datasource", "grafana-azureprometheus-datasource")
_TESTDATA = ("testdata", "grafana-testdata-datasource")
_LOGS = ("elasticsearch", "grafana-opensearch-datasource", "victoriametrics-logs-datasource")
_TABLES = ("table", "table-old", "nodeGraph")


class Sample:
    """Answers queries without a server: believable, and the same each time.

    ``recorded`` are the expressions of recording rules by the names that they record; see `recorded_expressions`.
    """

    title = "sample data"
    remote = False

    def __init__(self, catalogues: Sequence[Catalogue], recorded: Mapping[str, str] | None = None) -> None:
        self._evaluator = Evaluator(catalogues, recorded or {})

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        """Return an answer for each target of a panel."""
        asking = Asking(view, self._evaluator, level_of(panel))
        tables = sum(_kind(target) in _PROMETHEUS and target.get("format") == "table" for target in targets)
        answers: list[Answer] = []
        known: dict[str, Sequence[Frame]] = {}
        for target in targets:
            answer = _answer(panel, target, asking, known, several=tables > 1)
            known[text(target.get("refId"))] = answer.frames
            answers.append(answer)
        return auto_named(answers, targets)

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        """Return the values that the query of a variable finds."""
        if variable.get("type") == "datasource":
            return [query] if query else []
        return found_values(query, text(variable.get("name")), self._evaluator, view.time.end / 1000)

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        """Return the annotations that a query of a dashboard finds."""
        return moments(annotation, view.time, self._evaluator)


def _answer(
    panel: Mapping[str, Any], target: Mapping[str, Any], asking: Asking, known: Mapping[str, Sequence[Frame]], *, several: bool
) -> Answer:  # fmt: skip
    kind = _kind(target)
    if kind in _PROMETHEUS:
        expr = text(target.get("expr"))
        notes = asking.evaluator.notes(expr) if expr.strip() else []
        return Answer(answered(target, asking, several=several), notes=notes)
    if kind in _TESTDATA and text(target.get("scenarioId")) == "csv_content":
        return Answer(testdata.csv_frames(target))
    calculated = expressions.calculated(target, known) if kind == "__expr__" else None
    if calculated is not None:
        return Answer(calculated)
    return Answer(_invented(panel, target, asking, kind), notes=[f"data of {kind} is invented"])


def _invented(panel: Mapping[str, Any], target: Mapping[str, Any], asking: Asking, kind: str) -> list[Frame]:
    view, query = asking.view, text(target.get("expr")) or text(target.get("query"))
    seed = f"{kind} {query or target.get('rawSql')} {panel.get('title')}"
    if kind == "loki":
        counting = logs.counted(query)
        if counting is None:
            return [logs.lines(query, target, view.time, seed)]
        instant = target.get("instant") is True or target.get("queryType") == "instant"
        counting_target = {**target, "expr": counting, "format": "", "instant": instant, "range": not instant}
        return logs.whole_counts(answered(counting_target, asking), query)
    if kind in _LOGS and panel.get("type") == "logs":
        return [logs.lines(query, target, view.time, seed)]
    if panel.get("type") in _TABLES or target.get("format") == "table":
        return [others.table(target, view.time.end, asking.level, seed)]
    step = steps_of(target, view).step
    return others.series(target, clock_of(step, view), step, asking.level, seed)


def _kind(target: Mapping[str, Any]) -> str:
    """Return the type of a target's datasource; without one, what its query looks like."""
    kind = text(mapping(target.get("datasource")).get("type"))
    if kind:
        return kind
    if text(target.get("scenarioId")):
        return "testdata"
    if "expr" not in target:
        return "an unknown datasource"
    return "loki" if logs.is_logql(text(target.get("expr"))) else "prometheus"
