"""Grafana-managed alert rules, group by group: a group is what Grafana replaces as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.errors import ServerError
from dashkit.grafana.alert_groups import delete_rules, put_group, read_groups, require_folder
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write
from dashkit.model.item import Item, Limits, group_item
from dashkit.model.live import GrafanaAlertGroup


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    return map(group_item, read_groups(scope.connection))


def _group(item: Item) -> GrafanaAlertGroup:
    content: dict[str, Any] = item.content
    return GrafanaAlertGroup(content["folder"], content["group"], int(content["interval"]), tuple(content["rules"]))


def _write(scope: Scope, wanted: Write) -> None:
    group = _group(wanted.item)
    if scope.server.number < (11,) and any("record" in rule for rule in group.rules):
        # It would drop that key and call people instead.
        text = f"Grafana {scope.server.version} has no recording rules, and would make alerts of them"
        raise ServerError(text, status=422)
    if group.folder_uid not in scope.folders_seen:
        require_folder(scope.connection, group.folder_uid)
        scope.folders_seen.add(group.folder_uid)
    known: frozenset[str] = frozenset()
    if not scope.server.new_rules_by_group:
        known = frozenset(str(rule["uid"]) for live in read_groups(scope.connection) for rule in live.rules)
    put_group(scope.connection, group, known, new_by_group=scope.server.new_rules_by_group)


def _delete(scope: Scope, item: Item) -> None:
    delete_rules(scope.connection, {str(rule["uid"]) for rule in item.content["rules"]})


HANDLER = KindHandler(_read, _write, delete=_delete)
