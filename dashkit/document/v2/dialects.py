"""Bring a spec from one version of the v2 schema to another one. They differ in how they write transformations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.document.v2.loose import items, mapping, text
from dashkit.errors import SpecError

VERSIONS = ("v2beta1", "v2")
"""The versions that are read and written."""

_KIND = "Transformation"


def in_dialect(spec: dict[str, Any], *, of: str = "v2beta1", to: str) -> dict[str, Any]:
    """Return the spec of version ``of`` as version ``to``. Unknown keys stay; the one that is passed does not change.

    Raises:
        SpecError: One of the versions is not known well enough to be written.
    """
    for version in (of, to):
        if version not in VERSIONS:
            raise SpecError(f"dashboards of version {version} are not written", hint=f"use {' or '.join(VERSIONS)}")
    if of == to:
        return spec
    elements = mapping(spec.get("elements"))
    converted = {name: _element(element, _CONVERT[to]) for name, element in elements.items()}
    return {**spec, "elements": converted} if converted else spec


Convert = Callable[[dict[str, Any]], dict[str, Any]]


def _element(element: Any, convert: Convert) -> Any:
    panel = mapping(mapping(element).get("spec"))
    group = mapping(panel.get("data"))
    data = mapping(group.get("spec"))
    transformations = items(data.get("transformations"))
    if not transformations:
        return element
    data = {
        **data,
        "transformations": [convert(entry) if isinstance(entry, dict) else entry for entry in transformations],
    }
    return {**element, "spec": {**panel, "data": {**group, "spec": data}}}


def _stable(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation with its id as ``group``."""
    if entry.get("kind") == _KIND:
        return entry
    spec = mapping(entry.get("spec"))
    name = text(entry.get("kind")) or text(spec.get("id"))
    rest = {key: value for key, value in spec.items() if key != "id"}
    return {**entry, "kind": _KIND, "group": name, "spec": rest}


def _beta(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation with its id as ``kind`` and in its spec."""
    if entry.get("kind") != _KIND:
        return entry
    name = text(entry.get("group"))
    rest = {key: value for key, value in entry.items() if key != "group"}
    return {**rest, "kind": name, "spec": {**mapping(entry.get("spec")), "id": name}}


_CONVERT: dict[str, Convert] = {"v2": _stable, "v2beta1": _beta}
