"""Dashboards and rules as files say them: classic JSON in any wrapping, Prometheus rule files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from dashkit import _json
from dashkit.errors import InputError, SpecError
from dashkit.lint.subjects import Alert, Board, alerts, board, mapping, objects
from dashkit.model.dashboard import NOWHERE, FolderPath, Source
from dashkit.model.problem import Problem, Severity
from dashkit.spec.read import read_document

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file held; ``problem`` instead where it is a dashboard that the rules cannot look at."""

    board: Board | None = None
    alerts: tuple[Alert, ...] = ()
    problem: Problem | None = None


def looks_like_dashboard(value: Any) -> bool:
    """Whether a JSON value is meant to be one, however broken."""
    if not isinstance(value, dict):
        return False
    inner = value.get("spec") if "apiVersion" in value else value.get("dashboard", value)
    return isinstance(inner, dict) and bool(
        {"panels", "rows", "templating", "schemaVersion", "elements"} & inner.keys()
    )


def read_dashboard(
    value: Any,
    shown: str,
    *,
    folder: FolderPath = (),
    datasource_types: dict[str, str] | None = None,
    owned: bool = False,
) -> Contents:
    """The dashboard in a parsed JSON file."""
    prefix = ""
    if isinstance(value, dict):
        prefix = "/spec" if "apiVersion" in value and "spec" in value else ""
        prefix = "/dashboard" if isinstance(value.get("dashboard"), dict) and "panels" not in value else prefix
        # A library panel stays one: DK115 speaks of it.
        value = {key: item for key, item in value.items() if key != "__elements"}
    try:
        document = read_document(value)
    except SpecError as error:
        name = str(value.get("uid") or value.get("title") or "") if isinstance(value, dict) else ""
        text = f"{error.message}; it was not checked" if "v2" in error.message else error.message
        severity = Severity.WARNING if "v2" in error.message else Severity.ERROR
        return Contents(
            problem=Problem(
                "DK101", severity, text, name, pointer=error.pointer, location=Source(shown), hint=error.hint
            )
        )
    inputs = _added_variables(value, document.spec)
    try:
        made = board(
            document.spec, Source(shown), folder=folder, prefix=prefix, inputs=inputs, datasource_types=datasource_types,
            owned=owned,
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        message = f"not shaped like a dashboard ({type(error).__name__}: {error})"
        name = str(document.spec.get("uid") or document.spec.get("title") or "")
        return Contents(problem=Problem("DK101", Severity.ERROR, message, name, location=Source(shown)))
    return Contents(made)


def _added_variables(value: Any, spec: dict[str, Any]) -> int:
    inner = mapping(value).get("spec") if "apiVersion" in value else mapping(value).get("dashboard", value)
    before = objects(mapping(mapping(inner).get("templating")).get("list"))
    return len(objects(mapping(spec.get("templating")).get("list"))) - len(before)


def read_rules(data: bytes, shown: str, *, named: bool = True) -> Contents:
    """The rules of a rule file or PrometheusRule resource, with their lines.

    Raises:
        InputError: it is no YAML, or (if ``named``) holds no groups of rules.
    """
    try:
        trees = list(yaml.compose_all(data, Loader=_Loader))
        values = list(yaml.load_all(data, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if not named:
            return Contents()
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}" if mark else shown
        raise InputError(f"not valid YAML: {getattr(error, 'problem', None) or error}", where=where) from None
    found: list[Alert] = []
    holds_groups = False
    for tree, value in zip(trees, values, strict=True):
        spec = mapping(value)
        if "groups" not in spec and isinstance(spec.get("spec"), dict):
            spec, tree = mapping(spec["spec"]), _child(tree, "spec")
        if not isinstance(spec.get("groups"), list):
            continue
        holds_groups = True
        found += alerts(spec["groups"], Source(shown), _places(_child(tree, "groups"), shown))
    if not holds_groups and named:
        raise InputError("holds no groups of rules", where=shown, hint="a rule file begins with `groups:`")
    return Contents(alerts=tuple(found))


def _places(groups: Any, shown: str) -> dict[tuple[str, int], Source]:
    places = {}
    for group in getattr(groups, "value", ()) if isinstance(groups, yaml.SequenceNode) else ():
        name = getattr(_child(group, "name"), "value", "")
        rules = _child(group, "rules")
        for index, rule in enumerate(rules.value if isinstance(rules, yaml.SequenceNode) else ()):
            places[(name, index)] = Source(shown, rule.start_mark.line + 1)
    return places


def _child(node: Any, key: str) -> Any:
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value == key:
            return value
    return None


def with_lines(problems: list[Problem], texts: dict[str, bytes], least: Severity = Severity.INFO) -> list[Problem]:
    """The problems of JSON files with the lines that their pointers lead to; ``texts`` are the files by shown path."""
    import dataclasses

    wanted: dict[str, set[str]] = {}
    for problem in problems:
        if not problem.location.line and problem.location.path in texts and problem.severity >= least:
            wanted.setdefault(problem.location.path, set()).add(problem.pointer)
    found = {path: _json.lines(texts[path], pointers) for path, pointers in wanted.items()}
    return [
        dataclasses.replace(
            problem, location=Source(problem.location.path, found[problem.location.path][problem.pointer])
        )
        if problem.pointer in wanted.get(problem.location.path, ()) and not problem.location.line
        else problem
        for problem in problems
    ]


__all__ = ["NOWHERE", "Contents", "looks_like_dashboard", "read_dashboard", "read_rules", "with_lines"]
