"""Adapt archived objects to another server: other folders, datasources and organisations. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.backup.select import lineage
from dashkit.deploy.desired import rewritten
from dashkit.model.item import CLASSIC, Item

_IN_FOLDERS = ("folders", "dashboards", "library-panels", "alert-rules")


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How a restore changes what it writes.

    Attributes:
        into: the uid of the folder for objects that were at the root.
        datasources: new uids by old ones.
        flat: the title of each folder as a path, by uid; for a server without nested folders.
        organisations: new names by old ones.
        named: the keys of objects that go into that folder no matter where they were.
        receivers: new names by old ones, for those of Grafana's own that the other server calls otherwise.
    """

    into: str = ""
    datasources: Mapping[str, str] = field(default_factory=dict)
    flat: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    receivers: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.into or self.datasources or self.flat or self.organisations or self.receivers)


def adapted(item: Item, adaptation: Adaptation) -> Item:
    """Return the object to write."""
    content = dict(item.content)
    if item.kind in _IN_FOLDERS and adaptation.into and (not content.get("folder") or item.key in adaptation.named):
        content["folder"] = adaptation.into
    if item.kind == "folders" and adaptation.flat:
        content = {"title": adaptation.flat.get(item.key, content["title"]), "folder": ""}
        item = replace(item, name=content["title"])
    if item.kind == "users" and adaptation.organisations:
        roles = content["organisations"].items()
        content["organisations"] = {adaptation.organisations.get(name, name): role for name, role in roles}
    if item.kind == "policies" and adaptation.receivers:
        content = _route(content, adaptation.receivers)
    if adaptation.datasources:
        content = _with_datasources(item.kind, content, adaptation.datasources)
    return replace(item, content=content)


def _route(route: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    result = _renamed(route, "receiver", new)
    return {**result, "routes": [_route(one, new) for one in route["routes"]]} if route.get("routes") else result


def _with_datasources(kind: str, content: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    if kind == "alert-rules":
        return {**content, "rules": [_rule(rule, new) for rule in content["rules"]]}
    if kind == "correlations":
        return _renamed(_renamed(content, "sourceUID", new), "targetUID", new)
    if kind == "dashboards" and content["schema"] != CLASSIC:
        content = _v2(content, new)
    elif kind in ("dashboards", "library-panels"):
        content = rewritten(content, new, lambda uid: uid)
    return content


def _rule(rule: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = rewritten(rule, new, lambda uid: uid)
    changed["data"] = [_renamed(query, "datasourceUid", new) for query in changed["data"]]
    if isinstance(changed.get("record"), dict):
        changed["record"] = _renamed(changed["record"], "target_datasource_uid", new)
    return changed


def _v2(value: Any, new: Mapping[str, str]) -> Any:
    """Return a copy of a v2 document with other datasources. The v2 schema has the uid of a datasource as its ``name``."""
    if isinstance(value, dict):
        result = {name: _v2(entry, new) for name, entry in value.items()}
        if isinstance(result.get("datasource"), dict):
            result["datasource"] = _renamed(result["datasource"], "name", new)
        return result
    return [_v2(entry, new) for entry in value] if isinstance(value, list) else value


def _renamed(value: dict[str, Any], key: str, new: Mapping[str, str]) -> dict[str, Any]:
    old = value.get(key)
    return {**value, key: new[old]} if isinstance(old, str) and old in new else value


def flat_titles(folders: Mapping[str, Item]) -> dict[str, str]:
    """Return a title like ``Team / Service`` for each folder, by uid."""
    return {
        uid: " / ".join(reversed([str(folder.content["title"]) for folder in lineage(folders, uid)])) for uid in folders
    }
