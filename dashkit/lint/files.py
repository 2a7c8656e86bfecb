"""Read dashboards and rules from files: classic JSON in any wrapping, Prometheus rule files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json, _yaml
from dashkit.document.read import read_document, read_v2, wrapping
from dashkit.errors import InputError, SpecError
from dashkit.lint.elements import Alert, Board
from dashkit.lint.parse import alerts, board
from dashkit.lint.values import mapping, objects
from dashkit.model.dashboard import FolderPath, Location
from dashkit.model.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a file; ``problem`` if it is a dashboard that the rules cannot examine."""

    board: Board | None = None
    alerts: tuple[Alert, ...] = ()
    problem: Problem | None = None


_RULE = re.compile(rb"^[\s-]*[\"']?(?:alert|record)[\"']?\s*:", re.MULTILINE)


def looks_like_dashboard(value: Any) -> bool:
    """Return whether a JSON value is clearly meant as a dashboard, even a broken one.

    Many other files have ``rows``; few have panels with a type.
    """
    key = wrapping(value)
    inner = value.get(key) if key else value
    if not isinstance(inner, dict):
        return False
    if key == "spec" and value.get("kind") == "Dashboard":
        return True
    if "schemaVersion" in inner and ("panels" in inner or "rows" in inner or "templating" in inner):
        return True
    rows = [row.get("panels") for row in objects(inner.get("rows"))]
    return any("type" in panel for panels in (inner.get("panels"), *rows) for panel in objects(panels))


def looks_like_rules(data: bytes) -> bool:
    """Return whether a YAML text is clearly meant as a rule file: ``groups`` alone also occurs elsewhere."""
    return b"groups" in data and _RULE.search(data) is not None


def read_dashboard(
    value: Any,
    place: str,
    *,
    folder: FolderPath = (),
    datasource_types: dict[str, str] | None = None,
    owned: bool = False,
) -> Contents:
    """Read the dashboard in a parsed JSON file; ``place`` is the file name for problems."""
    key = wrapping(value)
    name = str(value.get("uid") or value.get("title") or "") if isinstance(value, dict) else ""

    def fault(message: str, severity: Severity = Severity.ERROR, pointer: str = "", hint: str = "") -> Contents:
        return Contents(problem=Problem("DK101", severity, message, name, "", 0, pointer, Location(place), hint))

    try:
        if (resource := read_v2(value)) is not None:
            made = board(
                resource.spec, Location(place), folder=folder, prefix="/spec" if resource.schema else "",
                uid=resource.uid, datasource_types=datasource_types, owned=owned,
            )  # fmt: skip
            return Contents(made)
        if isinstance(value, dict):
            # Leave library panels unresolved: DK115 reports them.
            value = {name: item for name, item in value.items() if name != "__elements"}
        document = read_document(value)
        before = value.get(key) if key else value
        inputs = _variables(document.spec) - _variables(before)
        made = board(
            document.spec, Location(place), folder=folder, prefix=f"/{key}" if key else "", inputs=inputs,
            datasource_types=datasource_types, owned=owned,
        )  # fmt: skip
    except SpecError as error:
        return fault(error.message, Severity.ERROR, error.pointer, error.hint)
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        return fault(f"does not have the structure of a dashboard ({type(error).__name__}: {error})")
    return Contents(made)


def _variables(spec: Any) -> int:
    return len(objects(mapping(mapping(spec).get("templating")).get("list")))


class NoRulesError(InputError):
    """The YAML file contains something other than rules."""


def read_rules(data: bytes, place: str) -> Contents:
    """Read the rules, with their lines, of a rule file, of PrometheusRule resources, or of a list of those.

    Raises:
        InputError: it is not YAML, or contains no groups of rules.
    """
    try:
        read = list(_yaml.documents(data))
    except _yaml.ERRORS as error:
        message, where = _yaml.reason(error, place)
        raise InputError(message, where=where) from None
    found: list[Alert] = []
    holds_groups = False
    for tree, value in read:
        for node, spec in _rule_specs(tree, mapping(value)):
            if isinstance(spec.get("groups"), list) and spec["groups"]:
                holds_groups = True
                _require_loadable(node, spec, place)
                found += alerts(spec["groups"], Location(place), _places(_yaml.child(node, "groups"), place))
    if not holds_groups:
        raise NoRulesError("contains no groups of rules", where=place, hint="a rule file starts with `groups:`")
    return Contents(alerts=tuple(found))


def _require_loadable(node: Any, spec: Any, place: str) -> None:
    """Raise `InputError` for what makes Prometheus reject the whole file: unknown or duplicate keys."""
    unknown = sorted(str(key) for key in spec if key not in ("groups", "namespace"))
    if unknown:
        raise InputError(f"unknown key `{unknown[0]}` beside `groups`: Prometheus rejects the file", where=place)
    if (again := _yaml.duplicate_key(node)) is not None:
        raise InputError(
            f"duplicate key `{again.value}`: Prometheus rejects the file", where=f"{place}:{again.start_mark.line + 1}"
        )


def _rule_specs(tree: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the mappings with ``groups``, without the resources or lists around them."""
    items = value.get("items")
    if isinstance(items, list) and str(value.get("kind", "")).endswith("List"):
        nodes = _yaml.items(_yaml.child(tree, "items"))
        for node, item in zip(nodes, items, strict=False):
            yield from _rule_specs(node, mapping(item))
    elif "groups" not in value and isinstance(value.get("spec"), dict):
        yield _yaml.child(tree, "spec"), mapping(value["spec"])
    else:
        yield tree, value


def _places(groups: Any, place: str) -> dict[tuple[int, int], Location]:
    return {
        (number, index): Location(place, rule.start_mark.line + 1)
        for number, group in enumerate(_yaml.items(groups))
        for index, rule in enumerate(_yaml.items(_yaml.child(group, "rules")))
    }


def with_lines(problems: list[Problem], texts: dict[str, bytes], least: Severity = Severity.INFO) -> list[Problem]:
    """Return the problems with the lines of their pointers in JSON files; ``texts`` are those files by place, compressed."""
    wanted: dict[str, set[str]] = {}
    for problem in problems:
        if not problem.location.line and problem.location.path in texts and problem.severity >= least:
            wanted.setdefault(problem.location.path, set()).add(problem.pointer)
    found = {path: _json.lines(zlib.decompress(texts[path]), pointers) for path, pointers in wanted.items()}
    return [
        replace(problem, location=Location(problem.location.path, found[problem.location.path][problem.pointer]))
        if problem.pointer in wanted.get(problem.location.path, ()) and not problem.location.line
        else problem
        for problem in problems
    ]
