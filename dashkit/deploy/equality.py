"""Whether an object is still what it was, or already what was wanted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.document.compare import same
from dashkit.model.item import CLASSIC, Item, Ref, without_rules
from dashkit.model.kinds import BY_NAME, Guard

_GROUPS = "alert-rules"


def same_item(old: Item, new: Item) -> bool:
    """Return whether writing ``new`` over ``old`` would change nothing. What servers add does not count."""
    if old.digest == new.digest:
        return True
    if old.kind == "dashboards" and old.content["schema"] == new.content["schema"]:
        return bool(old.content["folder"] == new.content["folder"] and same(old.content["spec"], new.content["spec"]))
    return False


@dataclass(slots=True)
class Written:
    """The writes of a run that change other objects: moved rules, and renamed contact points."""

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
    """Return whether the server still has what the plan saw (None: nothing), except for what we have ``written`` since."""
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
    """Return whether a write of ``item`` over ``base``, whose answer got lost, is what the server has ``now``."""
    if base is None:
        return same_item(now, item)
    # If only a secret was to change, the content proves nothing.
    versioned = BY_NAME[base.kind].guard is Guard.VERSION and base.kind != "datasources"
    newer = _version(base) != _version(now) if versioned else not same_item(base, item)
    return newer and same_item(now, item)


def _version(item: Item) -> tuple[object, object]:
    # Which version of the v2 schema it has does not show in a list of heads; a change to it makes a new version.
    return item.server.get("version"), item.content.get("schema") == CLASSIC


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a copy with the new names of contact points. Grafana itself updates what refers to a renamed one."""
    if isinstance(value, dict):
        result = {key: _renamed(entry, names) for key, entry in value.items()}
        if isinstance(receiver := result.get("receiver"), str):
            result["receiver"] = names.get(receiver, receiver)
        return result
    return [_renamed(entry, names) for entry in value] if isinstance(value, list) else value


def _without(item: Item | None, uids: set[str]) -> Item | None:
    """Return a group without the rules that were moved into another one; None if there are no others."""
    if item is None or item.kind != _GROUPS or not uids:
        return item
    rest = without_rules(item, uids)
    return rest if rest.content["rules"] else None
