"""LogQL and Lucene of the dashboards. No parser of LogQL is kept on PyPI, so this is a strict check of the part that is used:

a stream selector, then stages out of line filter, ``json`` and label comparisons; inside a counting function of a range, inside
an aggregation. What is beyond it fails here, and has to be added knowingly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashkit.document.walk import entries, panels
from tests.support.project import dashboards
from tests.support.variables import substitute

_STRING = r'"(?:[^"\\]|\\.)*"'
_MATCHER = rf"\w+\s*(?:=|!=|=~|!~)\s*{_STRING}"
_SELECTOR = rf"\{{\s*{_MATCHER}(?:\s*,\s*{_MATCHER})*\s*\}}"
_LINE = rf"\|[=~]\s*{_STRING}|![=~]\s*{_STRING}"
_LABEL = rf"\|\s*\w+\s*(?:(?:=|!=|=~|!~)\s*{_STRING}|(?:==|!=|>|>=|<|<=)\s*\d+(?:\.\d+)?)"
_LOG = rf"{_SELECTOR}(?:\s*(?:{_LINE}|\|\s*json|{_LABEL}))*"
_RANGE = rf"(?:count_over_time|rate|bytes_rate)\(\s*{_LOG}\s*\[\d+[smhd]\]\s*\)"
_SUM = rf"(?:sum|min|max)(?:\s+by\s*\(\s*\w+(?:\s*,\s*\w+)*\s*\))?\s*\(\s*{_RANGE}\s*\)"
_METRIC = rf"(?:{_RANGE}|{_SUM}|topk\(\s*\d+\s*,\s*{_SUM}\s*\))"


def logql() -> Iterator[tuple[str, str, str]]:
    for dashboard in dashboards():
        values = {variable["name"]: "x" for variable in entries(dashboard.spec, "templating")}
        for placed in panels(dashboard.spec):
            for target in placed.panel.get("targets", []):
                if (target.get("datasource") or {}).get("type") == "loki":
                    yield dashboard.uid, placed.panel["type"], substitute(target["expr"], values)


def test_every_logql_query_is_well_formed() -> None:
    found = list(logql())
    assert len(found) >= 5
    for uid, kind, expr in found:
        shape = _LOG if kind == "logs" else _METRIC
        assert re.fullmatch(shape, expr.strip()), (uid, expr)


@pytest.mark.parametrize(
    "expr",
    [
        'sum by (level) (count_over_time({a="b"} | json))',
        '{a="b"',
        '{a="b"} | jsn',
        'topk(10, count_over_time({a="b"}[1h]) by (x))',
        '{a="b"} |= ERROR',
    ],
)
def test_the_check_of_logql_finds_what_is_wrong(expr: str) -> None:
    assert not re.fullmatch(_LOG, expr)
    assert not re.fullmatch(_METRIC, expr)


def test_elasticsearch_queries_name_fields_that_the_logs_have() -> None:
    """The fields of the guides' structured logs."""
    known = {"service", "level", "duration_ms", "response_time", "_exists_", "event", "logger"}
    seen = 0
    for dashboard in dashboards():
        for placed in panels(dashboard.spec):
            for target in placed.panel.get("targets", []):
                if (target.get("datasource") or {}).get("type") != "elasticsearch":
                    continue
                seen += 1
                clauses = re.split(r"\s+(?:AND|OR)\s+", target["query"])
                fields = [re.fullmatch(r"(\w+):(?:[><]=?\d+|\w+)", clause) for clause in clauses]
                assert all(fields), target["query"]
                assert {field[1] for field in fields if field} <= known, target["query"]
                assert target["timeField"] == "@timestamp"
    assert seen >= 8
