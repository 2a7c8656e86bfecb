"""Queries for logs: Loki and Elasticsearch."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import NON_EMPTY, at, used_by_helper, words
from dashkit.authoring.query import ONE_LINE, Query, QueryKind, QueryOptions, build_query

LOKI_UID = "${loki}"
ELASTICSEARCH_UID = "${elasticsearch}"


class LokiOptions(QueryOptions, total=False):
    """The options of `loki`."""

    #: Return a single value.
    instant: Annotated[bool | None, at("queryType", False, form=words({False: "range", True: "instant"}))]
    #: How many lines are returned at most.
    max_lines: Annotated[int | None, at("maxLines")]
    #: The step between two points of a metric query, such as ``1m``.
    step: Annotated[str | None, at("step")]
    #: Keep the line breaks and spaces of the expression as they are.
    as_written: Annotated[bool | None, used_by_helper()]


class _Loki(LokiOptions):
    expr: Annotated[str, at("expr", form=ONE_LINE)]
    legend: Annotated[str, at("legendFormat", form=NON_EMPTY)]


LOKI = QueryKind("loki", _Loki, ("expr", "legend"), "loki", LOKI_UID)


def loki(expr: str, legend: str = "", **options: Unpack[LokiOptions]) -> Query:
    """Create a LogQL query. The default datasource is the variable ``loki``."""
    return build_query(LOKI, (expr, legend), options)


def elasticsearch(
    query: str,
    legend: str = "",
    *,
    kind: Literal["count", "logs", "avg", "sum", "min", "max", "cardinality"] = "count",
    field: str = "",
    by: str = "",
    most: int = 10,
    lines: int = 200,
    time: str = "@timestamp",
    ref: str = "",
    datasource: str = ELASTICSEARCH_UID,
) -> Query:
    """Create a Lucene query. The default datasource is the variable ``elasticsearch``.

    Args:
        query: for example ``level:ERROR AND duration_ms:>=1000``.
        kind: ``count`` for counts over time, ``logs`` for the newest ``lines`` themselves, or a calculation over ``field``.
        by: a field to group by; the ``most`` frequent values are returned.
        time: the field with the timestamp.
    """
    metric: dict[str, Any] = {"id": "1", "type": kind}
    buckets: list[dict[str, Any]] = []
    if kind not in ("count", "logs"):
        if not field:
            raise ValueError(
                f"elasticsearch {query!r}: kind={kind!r} needs field=, the field that it is calculated from"
            )
        metric["field"] = field
    if kind == "logs":
        metric["settings"] = {"limit": str(lines)}
    else:
        if by:
            terms = {"min_doc_count": "1", "order": "desc", "orderBy": "_count", "size": str(most)}
            buckets.append({"field": by, "id": "3", "settings": terms, "type": "terms"})
        buckets.append({"field": time, "id": "2", "settings": {"interval": "auto"}, "type": "date_histogram"})
    json: dict[str, Any] = {
        "query": query,
        "alias": legend,
        "metrics": [metric],
        "bucketAggs": buckets,
        "timeField": time,
    }
    named = {"refId": ref} if ref else {}
    return Query({**json, **named, "datasource": {"type": "elasticsearch", "uid": datasource}})
