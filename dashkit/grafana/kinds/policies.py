"""The policy tree: who gets notified of what. An organisation has one tree, which is replaced as a whole.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/, and for 12 and later ``routingtrees`` of the
group ``notifications.alerting.grafana.app``. Only the latter can replace exactly the tree that was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.errors import ServerError
from dashkit.grafana.kinds.notifications import BASE, EDITABLE, changed, settled
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write
from dashkit.grafana.proofs import proved
from dashkit.model.item import Item, Limits

_PATH = f"{BASE}/policies"
_TREE = "/apis/notifications.alerting.grafana.app/v0alpha1/namespaces/{namespace}/routingtrees/user-defined"
_TIMES = ("group_wait", "group_interval", "repeat_interval")
_DEFAULTS = frozenset(("receiver", "group_by", *_TIMES))
_ROUTE = _DEFAULTS | {"continue", "mute_time_intervals", "active_time_intervals", "object_matchers", "routes"}


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    tree = dict(settled(scope, "policies"))
    provenance = tree.pop("provenance", None)
    server = {"provenance": provenance} if provenance else {}
    yield Item("policies", "tree", "notification policies", tree, server=server)


def _write(scope: Scope, wanted: Write) -> None:
    content, live = wanted.item.content, wanted.live
    provisioned = live is not None and live.server.get("provenance")
    if live is not None and not provisioned and _replaced(scope, content, live.content):
        return
    answer = scope.connection.write("PUT", _PATH, content, headers=EDITABLE)
    if answer.status != 403 or live is None or not provisioned:
        proved(answer, "PUT", _PATH)
        return
    # 12 only removes the mark of provisioning from a tree with a reset. If the new tree is then refused, put the old one back.
    try:
        scope.delete(_PATH)
        scope.send("PUT", _PATH, content, headers=EDITABLE)
    except ServerError:
        scope.send("PUT", _PATH, live.content)
        raise


def _replaced(scope: Scope, content: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    """Replace exactly the tree that was seen. Return False if this server cannot, or if its API cannot express the tree."""
    if not scope.server.api:
        return False
    path = _TREE.format(namespace=scope.server.namespace)
    answer = scope.connection.get(path)
    tree = answer.object() if answer.ok else {}
    version, spec = (tree.get("metadata") or {}).get("resourceVersion"), _spec(content)
    if not version or spec is None:
        return False
    # Read after the version: either the version belongs to this tree, or it is outdated by now and will be refused.
    (now,) = _read(scope, Limits())
    if now.content != seen:
        raise changed("tree")
    body = {
        "apiVersion": tree["apiVersion"], "kind": tree["kind"],
        "metadata": {"name": tree["metadata"]["name"], "resourceVersion": version}, "spec": spec,
    }  # fmt: skip
    answer = scope.connection.write("PUT", path, body)
    if answer.status == 409:
        raise changed("tree")
    proved(answer, "PUT", path)
    return True


def _spec(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the tree in the form of ``routingtrees``; None if it has keys that those lack (such as the old ``match_re``)."""
    routes = [_route(route) for route in content.get("routes") or ()]
    if content.keys() - _DEFAULTS - {"routes"} or None in routes:
        return None
    return {"defaults": {key: content[key] for key in content if key in _DEFAULTS}, "routes": routes}


def _route(route: Mapping[str, Any]) -> dict[str, Any] | None:
    below = [_route(entry) for entry in route.get("routes") or ()]
    if route.keys() - _ROUTE or None in below:
        return None
    matchers = [
        {"label": label, "type": kind, "value": value} for label, kind, value in route.get("object_matchers") or ()
    ]
    plain = {key: route[key] for key in route if key not in ("object_matchers", "routes", "continue")}
    return {
        **plain, "continue": bool(route.get("continue")), **({"matchers": matchers} if matchers else {}),
        **({"routes": below} if below else {}),
    }  # fmt: skip


HANDLER = KindHandler(_read, _write)
