"""An archived object as it shall be on another server: in another folder, with other datasources. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.deploy.desired import rewritten
from dashkit.model.item import Item

_IN_FOLDERS = ("folders", "dashboards", "library-panels", "alert-rules")
_SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How a restore changes what it writes.

    ``into`` is the uid of the folder for what lay at the root; ``datasources`` maps old uids to new ones. ``flat`` is for a
    server without nested folders, with the title of each folder as a path, by uid.
    """

    into: str = ""
    datasources: Mapping[str, str] = field(default_factory=dict)
    flat: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.into or self.datasources or self.flat)


def adapted(item: Item, adaptation: Adaptation) -> Item:
    """The object to write."""
    content = dict(item.content)
    if item.kind in _IN_FOLDERS and not content.get("folder") and adaptation.into:
        content["folder"] = adaptation.into
    if item.kind == "folders" and adaptation.flat:
        content = {"title": adaptation.flat.get(item.key, content["title"]), "folder": ""}
    if adaptation.datasources:
        content = _with_datasources(item.kind, content, adaptation.datasources)
    return replace(
        item, content=content, name=str(content.get("title") or item.name) if item.kind == "folders" else item.name
    )


def _with_datasources(kind: str, content: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    if kind == "alert-rules":
        rules = [
            {**rule, "data": [_renamed(query, "datasourceUid", new) for query in rule["data"]]}
            for rule in content["rules"]
        ]
        content = {**content, "rules": rules}
    elif kind == "correlations":
        content = _renamed(_renamed(content, "sourceUID", new), "targetUID", new)
    if kind in ("alert-rules", "dashboards", "library-panels"):
        result: dict[str, Any] = rewritten(content, new, lambda uid: uid)
        return result
    return content


def _renamed(value: dict[str, Any], key: str, new: Mapping[str, str]) -> dict[str, Any]:
    return {**value, key: new[value[key]]} if value.get(key) in new else value


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
