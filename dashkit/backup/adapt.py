"""An archived object as it shall be on another server: in another folder, with other datasources. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.deploy.desired import rewritten
from dashkit.model.item import CLASSIC, Item

_IN_FOLDERS = ("folders", "dashboards", "library-panels", "alert-rules")
_SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How a restore changes what it writes.

    ``into`` is the uid of the folder for what lay at the root; ``datasources`` maps old uids to new ones, ``organisations`` old
    names to new ones. ``flat`` is for a server without nested folders, with the title of each folder as a path, by uid.
    """

    into: str = ""
    datasources: Mapping[str, str] = field(default_factory=dict)
    flat: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    #: Keys of what goes into that folder wherever it lay.
    named: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.into or self.datasources or self.flat or self.organisations)


def adapted(item: Item, adaptation: Adaptation) -> Item:
    """The object to write."""
    content = dict(item.content)
    if item.kind in _IN_FOLDERS and adaptation.into and (not content.get("folder") or item.key in adaptation.named):
        content["folder"] = adaptation.into
    if item.kind == "folders" and adaptation.flat:
        content = {"title": adaptation.flat.get(item.key, content["title"]), "folder": ""}
    if item.kind == "users" and adaptation.organisations:
        roles = content["organisations"].items()
        content["organisations"] = {adaptation.organisations.get(name, name): role for name, role in roles}
    if adaptation.datasources:
        content = _with_datasources(item.kind, content, adaptation.datasources)
    return replace(
        item, content=content, name=str(content.get("title") or item.name) if item.kind == "folders" else item.name
    )


def _with_datasources(kind: str, content: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    if kind == "alert-rules":
        return {**content, "rules": [_rule(rule, new) for rule in content["rules"]]}
    if kind == "correlations":
        return _renamed(_renamed(content, "sourceUID", new), "targetUID", new)
    if kind == "dashboards" and content["schema"] != CLASSIC:
        converted: dict[str, Any] = _v2(content, new)
        return converted
    if kind in ("dashboards", "library-panels"):
        content = rewritten(content, new, lambda uid: uid)
    return content


def _rule(rule: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = rewritten(rule, new, lambda uid: uid)
    changed["data"] = [_renamed(query, "datasourceUid", new) for query in changed["data"]]
    if isinstance(changed.get("record"), dict):
        changed["record"] = _renamed(changed["record"], "target_datasource_uid", new)
    return changed


def _v2(value: Any, new: Mapping[str, str]) -> Any:
    """The v2 schema calls a datasource by its ``name``, which is its uid."""
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
    """``Team / Service`` for each folder that lies in another, by uid."""
    result: dict[str, str] = {}
    for uid, item in folders.items():
        titles, place, steps = [str(item.content["title"])], str(item.content["folder"]), 0
        while place in folders and steps < 20:
            titles.insert(0, str(folders[place].content["title"]))
            place, steps = str(folders[place].content["folder"]), steps + 1
        result[uid] = _SEPARATOR.join(titles)
    return result
