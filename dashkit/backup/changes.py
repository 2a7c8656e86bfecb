"""The changes between two objects of a kind, in the terms of `dashkit diff`. Pure."""

from __future__ import annotations

from dashkit import _json
from dashkit.document.diff import Change, changes, leaves
from dashkit.model.item import Item


def item_changes(old: Item, new: Item) -> list[Change]:
    """Return the changes that lead from ``old`` to ``new``; empty if both mean the same."""
    if old.digest == new.digest:
        return []
    if old.kind != "dashboards" or not (old.content["spec"] and new.content["spec"]):
        before, after = _json.plain_numbers(old.content), _json.plain_numbers(new.content)
        return list(leaves(_WORDS.get(old.kind, "setting"), before, after))
    found = changes(old.content["spec"], new.content["spec"])
    before, after = old.content["folder"], new.content["folder"]
    return found if before == after else [Change("~", "folder", f"{before!r} -> {after!r}", before, after), *found]


_WORDS = {"policies": "policy tree", "alert-rules": "group", "dashboard-permissions": "permissions"}
