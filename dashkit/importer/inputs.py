"""Inputs of an export, such as the datasource that ``${DS_PROMETHEUS}`` stands for. Grafana asks for them when it imports one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.document.read import substituted, wrapping
from dashkit.document.walk import entries
from dashkit.errors import InputError

Json = dict[str, Any]

#: The name of the variable for a datasource, unless the dashboard has another variable of that name.
_USUAL = "datasource"


@dataclass(frozen=True, slots=True)
class Input:
    """An input: its name, what people call it, and the type of its datasource; empty for a constant, which may have a value."""

    name: str
    label: str
    plugin: str = ""
    value: str = ""


Ask = Callable[[Input], str]
"""Asks a person for the value of an input."""


def resolved(document: Any, answers: Mapping[str, str], ask: Ask | None) -> tuple[Any, list[str]]:
    """Return a document in which inputs are what they stand for, and what was done about them.

    A datasource that is answered for is that datasource. Otherwise it is a variable: that of the dashboard, if it has one for
    such a datasource, else a new one.

    Args:
        document: whatever a file holds.
        answers: uids of datasources and values of constants, by the names of inputs.
        ask: asks for the value of a constant that has none; None if nobody can be asked.

    Raises:
        InputError: a constant has no value.
    """
    wrapped = wrapping(document)
    spec = document[wrapped] if wrapped else document
    if not isinstance(spec, dict) or not isinstance(spec.get("__inputs"), list):
        return document, []
    texts: dict[str, str] = {}
    variables: dict[str, str] = {}
    notes: list[str] = []
    asked = list(_inputs(spec))
    for one in asked:
        if not one.plugin:
            texts[one.name] = _constant(one, answers, ask)
        elif one.name in answers:
            texts[one.name] = answers[one.name]
            notes.append(f"input {one.name}: the datasource {answers[one.name]}")
        elif name := _variable(one, asked, spec):
            texts[one.name], variables[one.name] = f"${{{name}}}", name
            notes.append(f"input {one.name}: the variable {name}")
    done = substituted({key: value for key, value in spec.items() if key != "__inputs"}, texts) if texts else dict(spec)
    done["__inputs"] = list(_left(spec, texts, variables))
    return ({**document, wrapped: done} if wrapped else done), notes


def names_of(document: Any) -> list[str]:
    """Return the names of a document's inputs."""
    wrapped = wrapping(document)
    spec = document[wrapped] if wrapped else document
    listed = isinstance(spec, dict) and isinstance(spec.get("__inputs"), list)
    return [one.name for one in _inputs(spec)] if listed else []


def _left(spec: Json, texts: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[Any]:
    """Yield the inputs that become variables when the document is read, by the names of these."""
    there = {entry.get("name") for entry in entries(spec, "templating")}
    for entry in spec["__inputs"]:
        name = str(entry.get("name")) if isinstance(entry, dict) else ""
        if name not in texts:
            yield entry
        elif variables.get(name, "") not in ("", *there):
            yield {**entry, "name": variables[name]}


def _inputs(spec: Json) -> Iterator[Input]:
    for entry in spec["__inputs"]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            name, plugin = entry["name"], str(entry.get("pluginId") or "")
            value = entry.get("value")
            label = str(entry.get("label") or name)
            yield Input(
                name, label, plugin if entry.get("type") == "datasource" else "", "" if value is None else str(value)
            )


def _constant(one: Input, answers: Mapping[str, str], ask: Ask | None) -> str:
    value = answers.get(one.name, one.value)
    if value or one.name in answers:
        return value
    if ask is None:
        raise InputError(f"the input {one.name} ({one.label}) has no value", hint=f"--input {one.name}=VALUE")
    return ask(one)


def _variable(one: Input, asked: list[Input], spec: Json) -> str:
    """Return the name of the variable that an input is; empty for the one that it brings along."""
    there = entries(spec, "templating")
    for entry in there:
        if (
            entry.get("type") == "datasource"
            and entry.get("query") == one.plugin
            and isinstance(entry.get("name"), str)
        ):
            return str(entry["name"])
    alone = sum(other.plugin == one.plugin for other in asked) == 1 and one is next(
        each for each in asked if each.plugin
    )
    taken = {entry.get("name") for entry in there} | {other.name for other in asked}
    return _USUAL if alone and _USUAL not in taken else ""
