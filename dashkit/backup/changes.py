"""What changed between two objects of a kind, in the words of `dashkit diff`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashkit import _json
from dashkit.model.item import CLASSIC, Item
from dashkit.spec.diff import Change, changes, leaves


def item_changes(old: Item, new: Item) -> list[Change]:
    """The changes that lead from ``old`` to ``new``; empty where both mean the same."""
    if old.digest == new.digest:
        return []
    if old.kind == "dashboards" and old.content["schema"] == new.content["schema"] == CLASSIC:
        return [*_folder(old, new), *changes(old.content["spec"], new.content["spec"])]
    return list(leaves(_WORDS.get(old.kind, "setting"), _plain(old.content), _plain(new.content)))


_WORDS = {"policies": "policy tree", "alert-rules": "group", "dashboard-permissions": "permissions"}


def _folder(old: Item, new: Item) -> Iterable[Change]:
    before, after = old.content["folder"], new.content["folder"]
    if before != after:
        yield Change("~", "folder", f"{before!r} -> {after!r}", before, after)


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = _json.plain_numbers(content)
    return result
