"""What a save does to a stored dashboard, whichever API it came by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashkit.sandbox.call import Call
from dashkit.sandbox.permissions import give
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.schemas import LEGACY, document
from dashkit.sandbox.store import now


def put(
    call: Call,
    uid: str,
    spec: dict[str, Any],
    folder: str,
    existing: Dashboard | None,
    *,
    api: str,
    message: str,
    restored: int = 0,
    client: str = "grafana",
) -> Dashboard:
    """Store a new dashboard, or the next version of one. In unified storage, the same content again is no new version.

    ``client`` is the program that saves; for the legacy API, the server itself.
    """
    moment, who = now(), call.author
    if existing is None:
        number = call.next_id()
        uid = uid or f"sandbox{number}"
        before = Dashboard(uid, number, "", "", 0, "", [], {}, "", moment, moment, who, who)
        dashboard = _next(before, spec, folder, api, moment, who)
    elif call.unified:
        # The status stays, as this version of the schema shows it.
        _, status = document(call.flavour, existing, api)
        kept = replace(existing, spec=spec, api=api, status=status)
        dashboard = (
            kept if same_content(call, existing, spec, folder, api) else _next(kept, spec, folder, api, moment, who)
        )
    else:
        dashboard = _next(existing, spec, folder, api, moment, who)
    dashboard = replace(dashboard, clients=sorted({*dashboard.clients, client}))
    stored = call.store.put_dashboard(dashboard, message=message, author=dashboard.updated_by, restored=restored)
    if existing is None:
        # A dashboard created under /apis gets no entries at all.
        classic = api == LEGACY
        give(call, "dashboard", dashboard.uid, root=not folder and classic, maker=classic)
    return stored


def same_content(call: Call, existing: Dashboard, spec: dict[str, Any], folder: str, api: str) -> bool:
    """Return whether unified storage takes a document for the one that it has. One of v1beta1 never equals another there."""
    shown, _ = document(call.flavour, existing, api)
    return (shown, existing.folder) == (spec, folder) and not existing.api == api == "v1beta1"


def _next(before: Dashboard, spec: dict[str, Any], folder: str, api: str, moment: str, who: str) -> Dashboard:
    """Return the next version. It alone has a later date and another author."""
    return replace(
        before, title=str(spec.get("title") or ""), folder=folder, version=before.version + 1, api=api,
        tags=[str(tag) for tag in spec.get("tags") or ()], spec=spec, updated=moment, updated_by=who,
    )  # fmt: skip
