"""Whether an object is what it was, or what was wanted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.model.item import CLASSIC, Item, Ref
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


@dataclass(slots=True)
class Written:
    """What a run has written itself, as far as it changes other objects: rules that moved, contact points by another name."""

    groups: set[Ref] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, base: Item | None, item: Item) -> None:
        if item.kind == _GROUPS:
            self.groups.add(item.ref)
            self.rules |= {str(rule["uid"]) for rule in item.content["rules"]}
        elif item.kind == "contact-points" and base is not None and base.name != item.name:
            self.names[base.name] = item.name


def still_there(base: Item | None, now: Item | None, written: Written | None = None) -> bool:
    """Whether what a plan saw (None: nothing) is what the server has now, but for what was ``written`` since by ourselves."""
    if written is not None:
        base, now = _without(base, written.rules), _without(now, written.rules)
        if base is not None and written.names:
            base = replace(base, content=_renamed(base.content, written.names))
    if base is None or now is None:
        return base is now
    if BY_NAME[base.kind].guard is Guard.VERSION:
        return _version(base) == _version(now)
    return base.digest == now.digest


def arrived(item: Item, now: Item, base: Item | None) -> bool:
    """Whether a write of ``item`` over ``base``, whose answer got lost, is what the server has ``now``."""
    if base is None:
        return same_item(now, item)
    # Where nothing but a secret was to change, the content proves nothing.
    versioned = BY_NAME[base.kind].guard is Guard.VERSION and base.kind != "datasources"
    newer = _version(base) != _version(now) if versioned else not same_item(base, item)
    return newer and same_item(now, item)


def _version(item: Item) -> tuple[object, object]:
    return item.server.get("version"), item.content.get("schema")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """With other names of contact points: Grafana changes what refers to one that gets another name."""
    if isinstance(value, dict):
        return {key: _new_name(key, _renamed(entry, names), names) for key, entry in value.items()}
    return [_renamed(entry, names) for entry in value] if isinstance(value, list) else value


def _new_name(key: str, value: Any, names: Mapping[str, str]) -> Any:
    return names.get(value, value) if key == "receiver" and isinstance(value, str) else value


def _without(item: Item | None, uids: set[str]) -> Item | None:
    """A group without the rules that were moved into another one; without any it is none."""
    if item is None or item.kind != _GROUPS or not uids:
        return item
    rules = [rule for rule in item.content["rules"] if str(rule["uid"]) not in uids]
    return replace(item, content={**item.content, "rules": rules}) if rules else None
