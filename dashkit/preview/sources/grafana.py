"""Data through a Grafana, which asks the datasources of its panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from dashkit.errors import ServerError
from dashkit.lint.values import mapping, text, texts
from dashkit.model.live import Datasource
from dashkit.preview.data import Annotation
from dashkit.preview.frames import Frame, first_of_type
from dashkit.preview.plots.series import numeric
from dashkit.preview.sources.annotations import annotations_of
from dashkit.preview.sources.grafana_frames import answers_of
from dashkit.preview.sources.port import Answer, View
from dashkit.preview.sources.prometheus import Server as Prometheus
from dashkit.preview.sources.prometheus import found_values
from dashkit.preview.sources.prometheus_frames import Measured, auto_named, frames_of

_EXPRESSION = "__expr__"
_OWN = ("-- Grafana --", "grafana")


class Server(Protocol):
    """What a Grafana answers; implemented by `dashkit.grafana.client.Grafana`."""

    @property
    def url(self) -> str: ...
    def datasources(self) -> list[Datasource]: ...
    def results(self, queries: Sequence[Mapping[str, Any]], start: str, end: str) -> Mapping[str, Any]: ...
    def marks(self, start: str, end: str, tags: Sequence[str]) -> list[dict[str, Any]]: ...


class GrafanaData:
    """Answers queries of any datasource that a Grafana has."""

    remote = True

    def __init__(self, server: Server, prometheus: Callable[[str], Prometheus], mapped: Mapping[str, str]) -> None:
        self._server, self._prometheus, self._mapped = server, prometheus, mapped
        self.title = f"data of {server.url}"

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        queries = []
        for target in targets:
            reference = self._reference(target.get("datasource"))
            queries.append(
                {**target, "datasource": reference, "intervalMs": round(view.interval), "maxDataPoints": view.points}
            )
        refs = [text(query.get("refId")) for query in queries]
        start, end = f"{view.time.start:.0f}", f"{view.time.end:.0f}"
        try:
            answers = answers_of(self._server.results(queries, start, end), refs)
        except ServerError as error:
            return [Answer(error=error.message)]
        several = sum(query.get("format") == "table" for query in queries) > 1
        shaped = [_shaped(answer, query, several=several) for answer, query in zip(answers, queries, strict=True)]
        return auto_named(shaped, queries)

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        if variable.get("type") == "datasource":
            return [one.name for one in self._known if one.type == query]
        reference = self._reference(variable.get("datasource"))
        if reference.get("type") != "prometheus":
            raise ServerError(f"variables of {reference.get('type') or 'this datasource'} are not asked")
        return found_values(self._prometheus(text(reference.get("uid"))), query, view)

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        start, end = f"{view.time.start:.0f}", f"{view.time.end:.0f}"
        reference = mapping(annotation.get("datasource"))
        if reference.get("uid") in _OWN or reference.get("type") == "grafana":
            target = mapping(annotation.get("target"))
            tags = texts(target.get("tags") or annotation.get("tags"))
            colour = text(annotation.get("iconColor"))
            return [_mark(one, colour) for one in self._server.marks(start, end, tags)]
        expr = text(annotation.get("expr")) or text(mapping(annotation.get("target")).get("expr"))
        if not expr:
            return []
        query = {
            "refId": "Anno",
            "expr": expr,
            "datasource": self._reference(annotation.get("datasource")),
            "range": True,
        }
        result = self._server.results(
            [{**query, "intervalMs": round(view.interval), "maxDataPoints": view.points}], start, end
        )
        return annotations_of(annotation, answers_of(result, ["Anno"])[0].frames, view.interval)

    def _reference(self, written: Any) -> dict[str, Any]:
        """Return the datasource of this Grafana that a dashboard means, as the context maps it.

        Raises:
            ServerError: there is none.
        """
        reference = written if isinstance(written, Mapping) else {"uid": written}
        wanted, kind = text(reference.get("uid")), text(reference.get("type"))
        if wanted == _EXPRESSION or kind == _EXPRESSION:
            return {"uid": _EXPRESSION, "type": _EXPRESSION}
        wanted = self._mapped.get(wanted, wanted)
        if wanted and wanted not in ("default", "-- Mixed --"):
            named = next((one for one in self._known if wanted in (one.uid, one.name)), None)
            if named is None:
                raise ServerError(f"this Grafana has no datasource {wanted!r}", where=self._server.url)
            return {"uid": named.uid, "type": named.type}
        same = [one for one in self._known if kind in ("", one.type)]
        if not same:
            raise ServerError(f"this Grafana has no datasource of type {kind}", where=self._server.url)
        chosen = next((one for one in same if one.default), same[0])
        return {"uid": chosen.uid, "type": chosen.type}

    @cached_property
    def _known(self) -> list[Datasource]:
        return self._server.datasources()


def _shaped(answer: Answer, query: Mapping[str, Any], *, several: bool) -> Answer:
    """Return the frames of a Prometheus in the form that the query asks for, which Grafana gives them in the browser."""
    form = query.get("format")
    if mapping(query.get("datasource")).get("type") != "prometheus" or form not in ("table", "heatmap"):
        return answer
    step = next((step for step in map(_step, answer.frames) if step), 0.0)
    series = [one for one in map(_measured, answer.frames) if one is not None]
    return Answer(frames_of(series, query, step, several=several), answer.error, answer.notes)


def _measured(frame: Frame) -> Measured | None:
    time, value = first_of_type(frame, "time"), first_of_type(frame, "number")
    return Measured(value.labels, time.values, value.values) if time and value else None


def _step(frame: Frame) -> float:
    time = first_of_type(frame, "time")
    return numeric(time.config.get("interval")) or 0.0 if time else 0.0


def _mark(entry: Mapping[str, Any], colour: str) -> Annotation:
    start = float(entry.get("time") or 0)
    tags = tuple(texts(entry.get("tags")))
    return Annotation(start, float(entry.get("timeEnd") or start), text(entry.get("text")), colour, tags)
