"""Whether an object is what it was, or what was wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashkit.model.item import CLASSIC, Item
from dashkit.model.kinds import BY_NAME, Guard
from dashkit.spec.compare import same

_GROUPS = "alert-rules"


def same_item(old: Item, new: Item) -> bool:
    """Whether writing ``new`` over ``old`` would change nothing: what servers add on their own does not count."""
    if old.digest == new.digest:
        return True
    if old.kind == "dashboards" and old.content["schema"] == new.content["schema"] == CLASSIC:
        return bool(old.content["folder"] == new.content["folder"] and same(old.content["spec"], new.content["spec"]))
    return False


def still_there(base: Item | None, now: Item | None, written: Iterable[Item] = ()) -> bool:
    """Whether what a plan saw (None: nothing) is what the server has now, but for what was ``written`` since by ourselves."""
    moved = {str(rule["uid"]) for item in written if item.kind == _GROUPS for rule in item.content["rules"]}
    base, now = _without(base, moved), _without(now, moved)
    if base is None or now is None:
        return base is now
    if BY_NAME[base.kind].guard is Guard.VERSION:
        return _version(base) == _version(now)
    return base.digest == now.digest


def arrived(item: Item, now: Item, base: Item | None) -> bool:
    """Whether a write of ``item`` over ``base``, whose answer got lost, is what the server has ``now``."""
    newer = base is None or BY_NAME[base.kind].guard is not Guard.VERSION or _version(base) != _version(now)
    return newer and same_item(now, item)


def _version(item: Item) -> tuple[object, object]:
    return item.server.get("version"), item.content.get("schema")


def _without(item: Item | None, uids: set[str]) -> Item | None:
    """A group without the rules that were moved into another one; without any it is none."""
    if item is None or item.kind != _GROUPS or not uids:
        return item
    rules = [rule for rule in item.content["rules"] if str(rule["uid"]) not in uids]
    return replace(item, content={**item.content, "rules": rules}) if rules else None
