"""Grafana-managed alert rules, group by group: a group is what Grafana replaces as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.errors import ServerError
from dashkit.grafana import alerting
from dashkit.grafana.stored.scope import Scope, Stored, Wanted
from dashkit.model.item import Item, Limits, group_item
from dashkit.model.live_rules import GrafanaGroup


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    return map(group_item, alerting.read_groups(scope.connection))


def _group(item: Item) -> GrafanaGroup:
    content: dict[str, Any] = item.content
    return GrafanaGroup(content["folder"], content["group"], int(content["interval"]), tuple(content["rules"]))


def _write(scope: Scope, wanted: Wanted) -> None:
    group = _group(wanted.item)
    if scope.server.number < (11,) and any("record" in rule for rule in group.rules):
        # It would drop that key and call people instead.
        text = f"Grafana {scope.server.version} has no recording rules, and would make alerts of them"
        raise ServerError(text, status=422)
    if group.folder_uid not in scope.folders_seen:
        alerting.require_folder(scope.connection, group.folder_uid)
        scope.folders_seen.add(group.folder_uid)
    known: frozenset[str] = frozenset()
    if not scope.server.new_rules_by_group:
        known = frozenset(str(rule["uid"]) for live in alerting.read_groups(scope.connection) for rule in live.rules)
    alerting.put_group(scope.connection, group, known, new_by_group=scope.server.new_rules_by_group)


def _delete(scope: Scope, item: Item) -> None:
    alerting.delete_rules(scope.connection, {str(rule["uid"]) for rule in item.content["rules"]})


STORED = Stored(_read, _write, delete=_delete)
