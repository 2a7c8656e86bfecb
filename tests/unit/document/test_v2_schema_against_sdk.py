"""Our JSON Schema of v2 knows what Grafana's own models know: properties, what is required, and the words."""

from __future__ import annotations

import copy
import enum
import importlib
import inspect
import re
import types
import typing
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashkit.document.v2.validate import schema

pytest.importorskip("grafana_foundation_sdk")

MODULES = ("dashboardv2", "dashboardv2beta1")
_SHARED = "allValue|allowCustomValue|includeAll|multi|options|refresh|regex|sort"
ACCEPTED: list[tuple[str, str]] = [
    (r"~ .*: required there", "an author may leave out what a server fills in"),
    (r"~ DataQuery/spec: required here", "their models allow any value; the server wants an object"),
    (r"~ (Panel|LibraryPanel)/spec/id: integer, not any number", "an id is a whole number"),
    (r"~ \w+/spec/repeat/mode: variable, not any string", "their only mode, which the models name beside"),
    (r"\+ \w+/spec/repeat/(direction|maxPerRow)", "one form for all that repeats; only panels use these"),
    (rf"\+ \w+Variable/spec/({_SHARED})", "one form for all variables; each kind uses some of these"),
    (r"\+ IntervalVariable/spec/refresh=\w+", "as above; the others mean nothing for an interval"),
    (r"\+ QueryGroup/spec/transformations/\*/group", "where v2 has the id"),
    (r"\+ QueryGroup/spec/transformations/\*/spec/id", "where v2beta1 has the id"),
    (r"~ QueryGroup/spec/transformations/\*/kind: any string, not only Transformation", "v2beta1 has the id there"),
    (r"\+ /preferences", "not in v2beta1"),
    (
        r"~ .*/(placement|regexApplyTo|staticOptionsOrder|topic|weekStart): any string, not only .*",
        "words that grow with Grafana; a wrong one does no harm",
    ),
]
"""What differs: (pattern of the whole line, reason). Each must be needed."""
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def model(name: str) -> types.ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that of an older version says so
        return importlib.import_module(f"grafana_foundation_sdk.models.{name}")


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return a part of our schema with what it refers to."""
    if "$ref" in node:
        return resolved(schema()["definitions"][node["$ref"].rpartition("/")[2]])
    parts = [resolved(part) for part in node.get("allOf", []) if "if" not in part]
    if not parts:
        return node
    merged = {key: value for part in parts for key, value in part.get("properties", {}).items()}
    return {
        "type": "object",
        "properties": merged,
        "required": [key for part in parts for key in part.get("required", [])],
    }


def alternatives(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the kinds that may be in a place of our schema."""
    found = {}
    for part in node.get("allOf", []):
        if "if" in part:
            found[part["if"]["properties"]["kind"]["enum"][0]] = resolved(part["then"])
    return found


def fields(cls: type) -> dict[str, tuple[Any, bool]]:
    """Return the properties of one of their classes: the type of each, and whether it is required."""
    hints = typing.get_type_hints(cls)
    written = re.findall(r'"(\w+)"\]?(?::| =) self\.(\w+)', inspect.getsource(cls.to_json))  # type: ignore[attr-defined]
    assert len(written) == len(hints), cls
    found = {}
    for name, attribute in written:
        inner, optional = unwrapped(hints[attribute])
        found[name] = (inner, not optional)
    return found


def unwrapped(hint: Any) -> tuple[Any, bool]:
    """Return a type without None, and whether None was in it."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is typing.Union and type(None) in arguments:
        rest = tuple(one for one in arguments if one is not type(None))
        return typing.Union[rest], True  # noqa: UP007
    return hint, False


def words(hint: Any) -> set[str] | None:
    if typing.get_origin(hint) is typing.Literal:
        return set(typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {member.value for member in hint}
    return None


def differences(ours: dict[str, Any], theirs: Any, path: str, seen: set[tuple[str, Any]]) -> Iterator[str]:
    ours = resolved(ours)
    if not ours or theirs is object:
        return
    known = words(theirs)
    if known is not None:
        yield from _words(ours, known, path)
    elif typing.get_origin(theirs) is list:
        yield from _type(ours, "array", path)
        yield from differences(ours.get("items", {}), typing.get_args(theirs)[0], f"{path}/*", seen)
    elif typing.get_origin(theirs) is dict:
        yield from _type(ours, "object", path)
        yield from differences(ours.get("additionalProperties", {}), typing.get_args(theirs)[1], f"{path}/*", seen)
    elif typing.get_origin(theirs) is typing.Union:
        yield from _union(ours, typing.get_args(theirs), path, seen)
    elif theirs in _TYPES:
        yield from _type(ours, _TYPES[theirs], path)
    else:
        yield from _object(ours, theirs, path, seen)


def _words(ours: dict[str, Any], known: set[str], path: str) -> Iterator[str]:
    if "enum" not in ours:
        yield f"~ {path}: any {ours.get('type')}, not only {'|'.join(sorted(known))}"
    for word in sorted(set(ours.get("enum", known)) ^ known):
        yield f"{'-' if word in known else '+'} {path}={word}"


def _type(ours: dict[str, Any], word: str, path: str) -> Iterator[str]:
    if ours.get("type") != word:
        yield f"~ {path}: {ours.get('type') or '|'.join(ours['enum'])}, not any {word}"


def _union(ours: dict[str, Any], theirs: tuple[Any, ...], path: str, seen: set[tuple[str, Any]]) -> Iterator[str]:
    if not all(hasattr(one, "from_json") for one in theirs):
        names = sorted(_TYPES.get(one, "array" if typing.get_origin(one) is list else "object") for one in theirs)
        if sorted(items if isinstance(items := ours.get("type"), list) else [items]) != sorted(set(names)):
            yield f"~ {path}: {ours.get('type')}, not {names}"
        return
    here = alternatives(ours)
    there = {typing.get_args(typing.get_type_hints(one)["kind"])[0]: one for one in theirs}
    for kind in sorted(here.keys() ^ there.keys()):
        yield f"{'-' if kind in there else '+'} {path}: {kind}"
    for kind in sorted(here.keys() & there.keys()):
        yield from _object(here[kind], there[kind], kind, seen)


def _object(ours: dict[str, Any], theirs: type, path: str, seen: set[tuple[str, Any]]) -> Iterator[str]:
    yield from _type(ours, "object", path)
    kind = ours.get("properties", {}).get("kind", {}).get("enum", [path])
    path = kind[0] if len(kind) == 1 else path
    if (path, theirs) in seen or "properties" not in ours:
        return
    seen.add((path, theirs))
    here, there = ours["properties"], fields(theirs)
    for key in sorted(here.keys() ^ there.keys()):
        yield f"{'-' if key in there else '+'} {path}/{key}"
    for key in sorted(here.keys() & there.keys()):
        hint, required = there[key]
        if required != (key in ours.get("required", [])):
            yield f"~ {path}/{key}: required {'there' if required else 'here'}"
        yield from differences(here[key], hint, f"{path}/{key}", seen)


def found(module: str) -> list[str]:
    return list(differences(schema(), model(module).Dashboard, "", set()))


def unexpected(module: str) -> list[str]:
    return [line for line in found(module) if not any(re.fullmatch(pattern, line) for pattern, _ in ACCEPTED)]


@pytest.mark.parametrize("module", MODULES)
def test_our_schema_knows_what_their_models_know(module: str) -> None:
    assert unexpected(module) == []


def test_each_accepted_difference_is_there() -> None:
    lines = {line for module in MODULES for line in found(module)}
    assert [pattern for pattern, _ in ACCEPTED if not any(re.fullmatch(pattern, line) for line in lines)] == []


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "- /tags": lambda known: known["properties"].pop("tags"),
    "+ /mood": lambda known: known["properties"].update(mood={}),
    "~ /revision: required here": lambda known: known["required"].append("revision"),
    "- /cursorSync=Off": lambda known: known["definitions"]["cursorSync"]["enum"].remove("Off"),
    "~ /title: integer, not any string": lambda known: known["properties"]["title"].update(type="integer"),
    "- /layout: TabsLayout": lambda known: known["definitions"]["layout"]["allOf"].pop(),
    "- Panel/spec/links": lambda known: known["definitions"]["Panel"]["properties"]["spec"]["properties"].pop("links"),
}


@pytest.mark.parametrize("line", CHANGES)
def test_a_schema_that_differs_is_noticed(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = copy.deepcopy(schema())
    CHANGES[line](known)
    monkeypatch.setitem(globals(), "schema", lambda: known)
    assert line in unexpected("dashboardv2")
