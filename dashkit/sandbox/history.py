"""The versions of a dashboard below /apis: the list with the label ``grafana.app/get-history``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashkit.sandbox.call import Answer, Call, Refusal, position, token
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.schemas import GROUP, resource


def history(call: Call, version: str) -> Answer:
    """Return the versions of one dashboard as a list of resources, newest first. Several may have the same generation."""
    name = call.query.get("fieldSelector", "").removeprefix("metadata.name=")
    if not name:
        text = "metadata.name field selector required for history requests"
        raise Refusal(
            400, text, apiVersion="v1", code=400, kind="Status", metadata={}, reason="BadRequest", status="Failure"
        )
    mark, limit = call.query.get("continue", ""), call.number("limit", 500) or 500
    dashboard = call.store.dashboard(name)
    rest = [entry for entry in call.store.versions(name) if not mark or entry["id"] < position(mark)]
    items = [_past(call, dashboard, entry, version) for entry in rest[:limit]] if dashboard else []
    more = token(rest[limit - 1]["id"]) if len(rest) > limit else ""
    metadata = {"resourceVersion": "1", **({"continue": more} if more else {})}
    return Answer(
        200, {"apiVersion": f"{GROUP}/{version}", "items": items, "kind": "DashboardList", "metadata": metadata}
    )


def _past(call: Call, dashboard: Dashboard, entry: dict[str, Any], version: str) -> dict[str, Any]:
    # Outside unified storage, what is past has no folder.
    past = replace(
        dashboard, spec=entry["spec"], api=entry["api"], version=entry["version"], updated=entry["created"],
        updated_by=entry["author"], folder=entry["folder"] if call.unified else "", status=entry["status"],
        title=str(entry["spec"].get("title") or ""), message=entry["message"], revision=entry["revision"],
        clients=entry["clients"],
    )  # fmt: skip
    item = resource(call.flavour, past, version)
    if entry["message"]:
        item["metadata"]["annotations"]["grafana.app/message"] = entry["message"]
    return item
