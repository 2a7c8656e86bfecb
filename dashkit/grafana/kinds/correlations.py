"""Correlations between datasources.

https://grafana.com/docs/grafana/latest/developers/http_api/correlations/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.grafana.answers import expect
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.model.item import Item, Limits


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    alike: Counter[str] = Counter()
    for entry in _correlations(scope):
        content = part(entry, "sourceUID targetUID label description type")
        config = dict(entry.get("config") or {})
        # 10 has the type in the configuration, 12 next to it.
        content.setdefault("type", config.pop("type", "query"))
        content["config"] = config
        # Grafana chooses the uids itself, so the content identifies a correlation.
        key = f"{content['sourceUID']}-{_json.digest(content)[:16]}"
        alike[key] += 1
        key += f"-{alike[key]}" if alike[key] > 1 else ""
        server = part(entry, "uid provisioned")
        yield Item("correlations", key, str(entry.get("label") or key), content, server=server)


def _correlations(scope: Scope) -> Iterator[dict[str, Any]]:
    page, seen = 1, 0
    while True:
        answer = expect(scope.connection.get("/api/datasources/correlations", {"limit": 1000, "page": page}), 404)
        if answer.status == 404:  # what 10 answers if there are none
            return
        value = answer.object()
        found = value.get("correlations") or []
        yield from found
        seen += len(found)
        if not found or seen >= int(value.get("totalCount") or 0):
            return
        page += 1


def _write(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    body = {name: value for name, value in content.items() if name != "sourceUID"}
    if not scope.server.api:
        body["config"] = {**content["config"], "type": content["type"]}
    scope.send("POST", f"/api/datasources/uid/{content['sourceUID']}/correlations", body)


# No count: 12.3.3 counts those of all organisations.
HANDLER = KindHandler(_read, _write)
