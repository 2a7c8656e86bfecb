"""Annotations that people and programs wrote. Those of alerts are left out: there are many, and no API writes them.

https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.errors import ServerError
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.model.item import Item, Limits

_PATH, _PAGE = "/api/annotations", 5000
_CONTENT = "dashboardUID panelId time timeEnd text tags data"
#: The year 2200, in milliseconds: an annotation may be about something planned.
_END = 7_258_118_400_000


def _read(scope: Scope, limits: Limits) -> Iterator[Item]:
    seen: set[str] = set()
    for entry in _newest_first(scope, limits.since):
        item = _item(entry)
        again = 2
        while item.key in seen:  # the same text at the same time, twice
            item = _item(entry, again)
            again += 1
        seen.add(item.key)
        yield item


def _newest_first(scope: Scope, since: int) -> Iterator[dict[str, Any]]:
    """Yield the annotations. There are no pages, so the end of the time window moves back to the earliest end seen so far.

    A window shows everything that overlaps it, ends included, sorted by end. What reaches beyond it comes again with each window.
    """
    end, limit = _END, _PAGE
    seen: dict[int, int] = {}
    while True:
        # A window only has an effect if both of its ends are above 0.
        found = scope.objects(_PATH, {"from": max(since, 1), "to": end, "limit": limit, "type": "annotation"})
        new = [entry for entry in found if int(entry["id"]) not in seen]
        for entry in new:
            if not entry.get("alertId"):
                yield entry
        if len(found) < limit:
            return
        seen |= {int(entry["id"]): int(entry["time"]) for entry in new}
        if not new:  # more at one moment than fit in an answer
            limit *= 2
        else:
            end = min(int(entry.get("timeEnd") or entry["time"]) for entry in new)
            seen = {number: start for number, start in seen.items() if start <= end}


def _item(entry: dict[str, Any], again: int = 0) -> Item:
    content = part(entry, _CONTENT)
    # 10 writes out empty members, and 12 some of them.
    content = {name: value for name, value in content.items() if value not in ("", {}, [], 0)}
    text = " ".join(str(entry.get("text") or "").split())[:60]
    key = f"{entry['time']}-{_json.digest(content)[:16]}" + (f"-{again}" if again else "")
    return Item("annotations", key, text, content, server=part(entry, "id login created updated"))


def _write(scope: Scope, wanted: Write) -> None:
    # The key is derived from the content, so an existing annotation is the same one.
    uid = wanted.item.content.get("dashboardUID")
    if uid and uid not in scope.dashboard_uids:  # 10 would turn it into one of the organisation
        raise ServerError(f"its dashboard {uid!r} is not on this server", status=404)
    scope.send("POST", _PATH, wanted.item.content)


HANDLER = KindHandler(_read, _write)
