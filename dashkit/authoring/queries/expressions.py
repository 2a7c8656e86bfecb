"""Expressions: what Grafana's server calculates from the results of other queries."""

from typing import Annotated, Literal, Unpack

from dashkit.authoring.arguments import at, words
from dashkit.authoring.query import Query, QueryKind, QueryOptions, build_query

_EXPRESSION = {"type": "__expr__", "uid": "__expr__"}


class _Math(QueryOptions):
    expression: Annotated[str, at("expression")]


MATH = QueryKind("math", _Math, ("expression",), fixed={"type": "math", "datasource": _EXPRESSION}, types=("__expr__",))


def math(expression: str, **options: Unpack[QueryOptions]) -> Query:
    """Calculate with the results of other queries, on the server: ``math("$A / $B * 100")``."""
    return build_query(MATH, (expression,), options)


class _Reduce(QueryOptions):
    of: Annotated[str, at("expression")]
    calc: Annotated[Literal["last", "mean", "median", "min", "max", "sum", "count"], at("reducer")]
    mode: Annotated[
        Literal["strict", "drop", "replace"],
        at("settings.mode", "drop", form=words({"strict": "", "drop": "dropNN", "replace": "replaceNN"})),
    ]


REDUCE = QueryKind(
    "reduce", _Reduce, ("of", "calc"), fixed={"type": "reduce", "datasource": _EXPRESSION}, types=("__expr__",)
)


def reduce(
    of: str,
    calc: Literal["last", "mean", "median", "min", "max", "sum", "count"] = "last",
    **options: Unpack[QueryOptions],
) -> Query:
    """Turn each series of the query ``of`` into one number, on the server: ``reduce("A", "max")``. Gaps are left out."""
    return build_query(REDUCE, (of, calc), options)


class ResampleOptions(QueryOptions, total=False):
    """The options of `resample`."""

    #: What becomes of several points within a step.
    down: Annotated[Literal["mean", "min", "max", "sum", "last"] | None, at("downsampler", "mean")]
    #: What fills a step without points: the value before it, the one after it, or nothing.
    up: Annotated[
        Literal["before", "after", "nothing"] | None,
        at("upsampler", "nothing", form=words({"before": "pad", "after": "backfilling", "nothing": "fillna"})),
    ]


class _Resample(ResampleOptions):
    of: Annotated[str, at("expression")]
    step: Annotated[str, at("window")]


RESAMPLE = QueryKind(
    "resample", _Resample, ("of", "step"), fixed={"type": "resample", "datasource": _EXPRESSION}, types=("__expr__",)
)


def resample(of: str, step: str, **options: Unpack[ResampleOptions]) -> Query:
    """Give the series of the query ``of`` equal steps, so that `math` can combine them: ``resample("A", "1m")``."""
    return build_query(RESAMPLE, (of, step), options)
