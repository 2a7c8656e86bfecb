"""Data of a Prometheus, asked directly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dashkit.errors import ServerError
from dashkit.lint.values import mapping, text
from dashkit.lint.variable_options import matching
from dashkit.preview.data import Annotation
from dashkit.preview.frames import Frame
from dashkit.preview.sources.annotations import annotations_of
from dashkit.preview.sources.port import Answer, View
from dashkit.preview.sources.prometheus_frames import Measured, auto_named, frames_of
from dashkit.preview.sources.steps import steps_of

_CALL = re.compile(r"(label_values|label_names|query_result|metrics)\((.*)\)\s*", re.DOTALL)


class Result(Protocol):
    """A series of an answer; times are in seconds."""

    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def times(self) -> Sequence[float]: ...
    @property
    def values(self) -> Sequence[float]: ...


class Server(Protocol):
    """What a Prometheus answers; implemented by `dashkit.metrics.prometheus.Prometheus`."""

    @property
    def url(self) -> str: ...
    def measured(self, expr: str, start: float | None, end: float, step: float) -> Sequence[Result]: ...
    def label_values(self, label: str, match: str = "") -> list[str]: ...
    def label_names(self, match: str = "") -> list[str]: ...


class PrometheusData:
    """Answers the PromQL of dashboards; for queries of other languages it says that it cannot."""

    remote = True

    def __init__(self, server: Server) -> None:
        self._server = server
        self.title = f"data of {server.url}"

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        several = sum(target.get("format") == "table" for target in targets) > 1
        return auto_named([self._answer(target, view, several=several) for target in targets], targets)

    def _answer(self, target: Mapping[str, Any], view: View, *, several: bool) -> Answer:
        kind = text(mapping(target.get("datasource")).get("type"))
        expr = text(target.get("expr"))
        if kind not in ("", "prometheus") or not expr:
            return Answer(notes=(f"a query of {kind or 'an unknown datasource'} is not asked: this is a Prometheus",))
        try:
            return Answer(frames(self._server, target, view, several=several))
        except ServerError as error:
            return Answer(error=error.message)

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        if variable.get("type") == "datasource":
            return ["prometheus"] if query == "prometheus" else []
        kind = text(mapping(variable.get("datasource")).get("type"))
        if kind not in ("", "prometheus"):
            raise ServerError(f"a variable of {kind} is not asked: this is a Prometheus")
        return found_values(self._server, query, view)

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        if not text(annotation.get("expr")):
            return []
        return annotations_of(annotation, frames(self._server, annotation, view, several=False), view.interval)


def frames(server: Server, target: Mapping[str, Any], view: View, *, several: bool) -> list[Frame]:
    """Return what a query finds, asked at the steps at which Grafana asks.

    Raises:
        ServerError: the server refused it, or did not answer.
    """
    expr = text(target.get("expr"))
    start, end = view.time.start / 1000, view.time.end / 1000
    step = steps_of(target, view).step / 1000
    found: list[Frame] = []
    instant = target.get("instant") is True
    if instant:
        now = _milliseconds(server.measured(expr, None, end, step))
        found += frames_of(now, {**target, "range": False}, step * 1000, several=several)
    if target.get("range") is True or not instant:
        # Whole multiples of the step, so that the same points are asked when the range moves on a little.
        first, last = start // step * step, end // step * step
        found += frames_of(
            _milliseconds(server.measured(expr, first, last, step)),
            {**target, "instant": False},
            step * 1000,
            several=several,
        )
    return found


def _milliseconds(series: Sequence[Result]) -> list[Measured]:
    return [Measured(one.labels, [at * 1000 for at in one.times], one.values) for one in series]


def found_values(server: Server, query: str, view: View) -> list[str]:
    """Return the values that the query of a variable finds."""
    call = _CALL.fullmatch(query.strip())
    if call is None:
        return [_written(one) for one in server.measured(query, None, view.time.end / 1000, 1)] if query.strip() else []
    name, inside = call[1], call[2].strip()
    if name == "label_names":
        return server.label_names(inside)
    if name == "metrics":
        return matching(inside, server.label_values("__name__"))
    if name == "query_result":
        return [_written(one) for one in server.measured(inside, None, view.time.end / 1000, 1)]
    selector, comma, label = inside.rpartition(",")
    return server.label_values(label.strip(), selector.strip() if comma else "")


def _written(one: Result) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in one.labels.items() if label != "__name__")
    value = one.values[-1] if one.values else 0
    at = one.times[-1] * 1000 if one.times else 0
    return f"{one.labels.get('__name__', '')}{{{inside}}} {value:g} {at:.0f}"
