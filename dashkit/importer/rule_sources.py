"""Read rule files: those of Prometheus, and PrometheusRule resources of the operator, one or several in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from dashkit import _json, _yaml
from dashkit.errors import InputError
from dashkit.importer.rule_groups import groups_of

_NULL, _MERGE = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The groups of a rule file or of a resource, in the form of `groups_of`; ``name`` is that of the resource, or empty."""

    name: str
    groups: list[dict[str, Any]]


def read_rule_sources(data: bytes, where: str) -> list[RuleSource]:
    """Return what a file has of rules: YAML, or JSON as `kubectl` and mixins write it.

    Raises:
        InputError: it is neither, has no rules, or something that cannot be said in a module.
    """
    if where.endswith(".json"):
        return list(_sources(_json.parse(data, where=where), where))
    try:
        read = [_plain(node) for node, _ in _yaml.documents(data) if _only_once(node, where)]
    except _yaml.ERRORS as error:
        message, place = _yaml.reason(error, where)
        raise InputError(message, where=place) from None
    found = [source for value in read if value is not None for source in _sources(value, where)]
    if not found:
        raise InputError("has no groups of rules", where=where, hint="a rule file starts with `groups:`")
    return found


def looks_like_rules_json(data: bytes) -> bool:
    """Return whether a JSON text has groups of rules, or is a resource or a list of resources that have."""
    if b'"groups"' not in data:
        return False
    try:
        value = _json.parse(data, where="")
    except InputError:
        return False
    if not isinstance(value, dict):
        return False
    return (
        isinstance(value.get("groups"), list)
        or str(value.get("kind", "")).startswith("PrometheusRule")
        or (
            str(value.get("kind", "")).endswith("List")
            and any(
                isinstance(item, dict) and item.get("kind") == "PrometheusRule" for item in value.get("items") or ()
            )
        )
    )


def _sources(value: Any, where: str) -> Iterator[RuleSource]:
    """Yield the rules of a document: of each item if it is a list of resources."""
    if isinstance(value, dict) and "groups" not in value:
        if str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
            for item in value["items"]:
                yield from _sources(item, where)
            return
        if isinstance(value.get("spec"), dict):
            metadata = value.get("metadata")
            name = metadata.get("name") if isinstance(metadata, dict) else None
            yield RuleSource(str(name or ""), groups_of(value["spec"], where))
            return
    yield RuleSource("", groups_of(value, where))


def _only_once(node: yaml.Node, where: str) -> bool:
    if (again := _yaml.duplicate_key(node)) is not None:
        place = f"{where}:{again.start_mark.line + 1}"
        raise InputError(f"duplicate key `{again.value}`: Prometheus rejects the file", where=place)
    return True


def _plain(node: yaml.Node) -> Any:
    """Return a value in which all that is written as one word or text is that text: Prometheus reads texts, not numbers."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(entry) for entry in node.value]
    if not isinstance(node, yaml.MappingNode):
        return None if node.tag == _NULL and not getattr(node, "style", "") else node.value
    found: dict[Any, Any] = {}
    for key, value in node.value:
        if key.tag == _MERGE:
            for part in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged = _plain(part)
                found = {**merged, **found} if isinstance(merged, dict) else found
    own = {key.value: _plain(value) for key, value in node.value if key.tag != _MERGE}
    return {**found, **own}
