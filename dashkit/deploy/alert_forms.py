"""The form that dashkit gives a Grafana-managed rule, read backwards: an instant query, its last value, and a limit. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.deploy.alert_documents import ANY_VALUE, EXPRESSIONS, PROJECT_LABEL
from dashkit.deploy.alert_groups import DIGEST, OWNER, content

#: Expressions, and how they were called before.
_EXPRESSIONS = (EXPRESSIONS, "-100")
#: Reducers that make the same of the one sample of an instant query.
_REDUCERS = frozenset(("last", "mean", "min", "max", "sum", "median"))
_MATH = re.compile(r"\s*\$\{?(\w+)\}?\s*([<>])\s*(-?\d+(?:\.\d+)?)\s*")
_SIDES = {"gt": "above", "lt": "below", ">": "above", "<": "below"}


class OtherFormError(Exception):
    """A rule has a form that no helper makes; the text says what is different about it."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a rule evaluates.

    Attributes:
        limit: ``above`` or ``below`` with a number, nothing if the expression is the whole condition.
        late: how many seconds before now the query looks.
        refs: of the query, of its reduced value, and of the condition.
    """

    expr: str
    limit: Mapping[str, float]
    late: int
    refs: tuple[str, str, str]


def alert_form(rule: Mapping[str, Any], datasource: str) -> Form:
    """Return the form of an alert. Raises `OtherFormError` for another one."""
    queries = _by_ref(rule)
    last = str(rule.get("condition"))
    model = _expression(queries.get(last), "its condition")
    source, limit = _condition(model, last)
    below = queries.get(source)
    reduced = source
    if below is not None and below["datasourceUid"] in _EXPRESSIONS:
        source = _reduced(_expression(below, "what it compares"))
    elif not limit:
        raise OtherFormError("its condition is a calculation")
    expr, late = _instant(queries.get(source), datasource)
    if left := sorted(queries.keys() - {source, reduced, last}):
        raise OtherFormError(f"it has more than one query ({left[0]})")
    return Form(expr, limit, late, (source, reduced, last))


def recording_form(rule: Mapping[str, Any], datasource: str) -> Form:
    """Return the form of a recording rule. Raises `OtherFormError` for another one."""
    queries = _by_ref(rule)
    record = rule["record"]
    source = str(record.get("from"))
    if len(queries) != 1:
        raise OtherFormError("it records the result of a calculation")
    if record.get("target_datasource_uid", datasource) != datasource:
        raise OtherFormError(f"it records into the datasource {record['target_datasource_uid']}")
    expr, late = _instant(queries.get(source), datasource)
    return Form(expr, {}, late, (source, source, source))


def _by_ref(rule: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = {str(query.get("refId")): query for query in rule.get("data") or ()}
    if not all(isinstance(query.get("model"), Mapping) for query in found.values()):
        raise OtherFormError("a query of it has no model")
    return found


def _expression(query: Mapping[str, Any] | None, what: str) -> Mapping[str, Any]:
    if query is None or query.get("datasourceUid") not in _EXPRESSIONS:
        raise OtherFormError(f"{what} is no expression")
    model: Mapping[str, Any] = query["model"]
    return model


def _condition(model: Mapping[str, Any], ref: str) -> tuple[str, dict[str, float]]:
    """Return the ref that the condition compares, and its limit."""
    kind = model.get("type")
    if kind == "math":
        text = str(model.get("expression"))
        if text == ANY_VALUE:
            return "B", {}
        if found := _MATH.fullmatch(text):
            return found[1], {_SIDES[found[2]]: _number(float(found[3]))}
        raise OtherFormError(f"its condition {ref} is the formula {text!r}")
    conditions = model.get("conditions") or [{}]
    evaluator = conditions[0].get("evaluator") or {}
    side, params = _SIDES.get(str(evaluator.get("type"))), evaluator.get("params") or []
    if kind != "threshold" or len(conditions) != 1:
        raise OtherFormError(f"its condition {ref} is of the type {kind!r}")
    if conditions[0].get("unloadEvaluator"):
        raise OtherFormError("it has another limit at which it ends")
    if side is None or not params or isinstance(params[0], bool) or not isinstance(params[0], int | float):
        raise OtherFormError(f"its condition compares with {evaluator.get('type')!r}, not with a limit above or below")
    return _ref(model), {side: _number(params[0])}


def _number(value: float) -> float:
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def _reduced(model: Mapping[str, Any]) -> str:
    settings = model.get("settings") or {}
    if model.get("type") != "reduce" or model.get("reducer") not in _REDUCERS:
        raise OtherFormError(f"it compares a {model.get('reducer') or model.get('type')}")
    if settings.get("mode") not in (None, "", "strict"):
        raise OtherFormError("it leaves out or replaces values that are no numbers")
    return _ref(model)


def _ref(model: Mapping[str, Any]) -> str:
    return str(model.get("expression")).strip("${} ")


def _instant(query: Mapping[str, Any] | None, datasource: str) -> tuple[str, int]:
    if query is None:
        raise OtherFormError("a query of it is missing")
    model, uid = query["model"], query.get("datasourceUid")
    if uid != datasource:
        raise OtherFormError(f"it queries the datasource {uid}, not {datasource} as others of its group")
    expr = model.get("expr")
    if not isinstance(expr, str) or not expr.strip():
        raise OtherFormError("its query is not PromQL")
    if model.get("instant") is not True or model.get("range") is True:
        raise OtherFormError("it queries a range, not an instant")
    times = query.get("relativeTimeRange") or {}
    late = int(times.get("to") or 0)
    if "$__" in expr and int(times.get("from") or 0) - late != 600:
        raise OtherFormError("its query depends on a time range of its own")
    return expr, late


def queried(rule: Mapping[str, Any]) -> str:
    """Return the uid of the first datasource that a rule queries, empty for none."""
    uids = (str(query.get("datasourceUid") or "") for query in rule.get("data") or ())
    return next((uid for uid in uids if uid not in ("", *_EXPRESSIONS)), "")


def texts_of(text: str, form: Form, value: str = "$value") -> str:
    """Return a text with ``value`` where Grafana has the reduced value of its query."""
    found = re.sub(rf"\$values\.{re.escape(form.refs[1])}\.Value\b", lambda _: value, text)
    if "$values" in found and form.refs != ("A", "B", "C"):
        raise OtherFormError("its texts name queries, which a push would rename")
    return found


def compared_rule(rule: Mapping[str, Any], datasource: str) -> dict[str, Any]:
    """Return a rule in a form in which two are equal if Grafana evaluates and sends the same.

    Our marks do not count, nor how the queries are written down.
    """
    form = (recording_form if "record" in rule else alert_form)(rule, datasource)
    labels = {key: text for key, text in rule["labels"].items() if key != PROJECT_LABEL}
    ours = (OWNER, DIGEST)
    texts = {key: texts_of(text, form, "\0") for key, text in rule["annotations"].items() if key not in ours}
    rest = {key: value for key, value in rule.items() if key not in ("data", "condition", "record")}
    record = {"record": rule["record"]["metric"]} if "record" in rule else {}
    return {
        **rest, **record, "labels": labels, "annotations": texts, "expr": form.expr, "limit": dict(form.limit),
        "late": form.late,
    }  # fmt: skip


def alike(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Return whether a live rule does what a wanted one does.

    The editor of Grafana adds keys to the queries of any rule that it saves, which change nothing.
    """
    if content(wanted) == content(live):
        return True
    try:
        asked = queried(wanted)
        return compared_rule(wanted, asked) == compared_rule(live, asked)
    except OtherFormError:
        return False
