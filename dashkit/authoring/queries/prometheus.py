"""Queries in PromQL."""

from typing import Annotated, Unpack

from dashkit.authoring import checks
from dashkit.authoring.arguments import NON_EMPTY, Form, at, used_by_helper
from dashkit.authoring.choices import Format
from dashkit.authoring.query import ONE_LINE, Query, QueryKind, QueryOptions, build_query


class PrometheusOptions(QueryOptions, total=False):
    """The options of `prometheus`."""

    #: Return only the latest value, for stats, tables and pie charts of the current state.
    instant: Annotated[bool | None, at("instant", form=NON_EMPTY)]
    #: ``table`` returns a row for each series, with its labels as columns; ``heatmap`` returns buckets by ``le``.
    format: Annotated[Format | None, at("format", form=Form(lambda value: None if value == "time_series" else value))]
    #: The least step between two points, such as ``1m``.
    interval: Annotated[str | None, at("interval", form=NON_EMPTY, check=checks.duration)]
    #: Show exemplars, which lead to traces.
    exemplars: Annotated[bool | None, at("exemplar")]
    #: Keep the line breaks and spaces of the expression as they are.
    as_written: Annotated[bool | None, used_by_helper()]


class _Prometheus(PrometheusOptions):
    expr: Annotated[str, at("expr", form=ONE_LINE)]
    legend: Annotated[str, at("legendFormat", "", form=NON_EMPTY)]


PROMETHEUS = QueryKind("prometheus", _Prometheus, ("expr", "legend"), types=("prometheus",))


def prometheus(expr: str, legend: str = "", **options: Unpack[PrometheusOptions]) -> Query:
    """Create a PromQL query.

    Args:
        expr: the expression. Whitespace is collapsed, so you can write it on several lines.
        legend: the name of the series, such as ``{{service}}``.
    """
    return build_query(PROMETHEUS, (expr, legend), options)


def legend_of(labels: str) -> str:
    """Return a legend that shows these labels: ``{{service}} {{pod}}`` for ``service, pod``."""
    return " ".join(f"{{{{{label.strip()}}}}}" for label in labels.split(","))
