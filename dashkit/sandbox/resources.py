"""/apis/dashboard.grafana.app: the Kubernetes-style API of 12, in the versions v0alpha1, v1beta1 and v2beta1."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.document.edit import drop
from dashkit.sandbox.call import Answer, Call, Refusal, position, token, without
from dashkit.sandbox.history import history
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.saving import put, same_content
from dashkit.sandbox.schemas import GROUP, LEGACY, VERSIONS, migrated, object_uid, resource, revision

#: A page ends at about this many bytes, whatever limit the request has.
_PAGE_BYTES = 2 * 1024 * 1024
_METADATA_ONLY = "as=PartialObjectMetadataList"
_MERGE_PATCH = "application/merge-patch+json"


def listing(call: Call) -> Answer:
    version = _served(call)
    if call.query.get("labelSelector") == "grafana.app/get-history=true":
        return history(call, version)
    if "labelSelector" in call.query or "fieldSelector" in call.query:
        raise Refusal(501, "the sandbox does not select from lists; a real Grafana may")
    limit = call.number("limit", 500) or 500
    bare = _METADATA_ONLY in call.headers.get("accept", "")
    items: list[dict[str, Any]] = []
    size, more, last = 0, "", None
    for dashboard in _from(call, limit + 1):
        if last and (len(items) == limit or size >= _PAGE_BYTES):
            more = token(last.uid) if call.unified else f"org:1/start:{last.id}/folder:"
            break
        item, last = resource(call.flavour, dashboard, version), dashboard
        if bare:
            item |= {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata"}
            drop(item, "spec", "status")
        elif version != LEGACY and not call.flavour.converts:
            drop(item, "apiVersion", "kind")
        items.append(item)
        size += len(_json.compact(item))
    highest = str(call.store.revision()) if call.unified else "1"
    metadata = {"resourceVersion": highest, **({"continue": more} if more else {})}
    if bare:
        kind, api = "PartialObjectMetadataList", "meta.k8s.io/v1"
    else:
        kind, api = "DashboardList", f"{GROUP}/{version}"
    return Answer(200, {"apiVersion": api, "items": items, "kind": kind, "metadata": metadata})


def _from(call: Call, limit: int) -> Iterator[Dashboard]:
    """Yield dashboards from where the request says: in unified storage by name, otherwise the newest first."""
    mark = call.query.get("continue", "")
    if call.unified:
        return call.store.dashboards_by_name(position(mark) or "", limit)
    return call.store.dashboards(int(mark.partition("start:")[2].partition("/")[0] or 0) if mark else None, limit)


def get(call: Call) -> Answer:
    return Answer(200, resource(call.flavour, _find(call), _served(call)))


def create(call: Call) -> Answer:
    call.need("dashboards:create")
    version, body = _served(call), call.json()
    name = (body.get("metadata") or {}).get("name") or ""
    if call.store.dashboard(name) is not None:
        raise _status(409, "AlreadyExists", f'dashboards.{GROUP} "{name}" already exists', name)
    return _store(call, version, body, name, None)


def update(call: Call) -> Answer:
    call.need("dashboards:write")
    version, name = _served(call), call.path["uid"]
    return _store(call, version, call.json(), name, call.store.dashboard(name))


def patch(call: Call) -> Answer:
    """Change a part of a dashboard. What a patch does not name stays, also the message of the last save."""
    call.need("dashboards:write")
    version, existing = _served(call), _find(call)
    kind = call.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        raise _status(415, "UnsupportedMediaType", "415: Unsupported Media Type", "")
    if kind != _MERGE_PATCH:
        raise Refusal(501, f"the sandbox does not know patches of the type {kind}; a real Grafana may")
    body = _merged(resource(call.flavour, existing, version), call.json())
    return _store(call, version, body, existing.uid, existing)


def _merged(value: Any, change: Any) -> Any:
    if not isinstance(change, dict):
        return change
    result = dict(value) if isinstance(value, dict) else {}
    for key, entry in change.items():
        if entry is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), entry)
    return result


def delete(call: Call) -> Answer:
    call.need("dashboards:delete")
    dashboard = _find(call)
    wanted = ((call.json() if call.content else {}).get("preconditions") or {}).get("resourceVersion")
    stored = revision(call.flavour, dashboard)
    if wanted and wanted != stored:
        text = (
            f'Operation cannot be fulfilled on Dashboard.{GROUP} "{dashboard.uid}": the ResourceVersion in the precondition '
            f"({wanted}) does not match the ResourceVersion in record ({stored}). The object might have been modified"
        )
        raise _status(409, "Conflict", text, dashboard.uid)
    call.store.delete_dashboard(dashboard.uid)
    details = {"group": GROUP, "kind": "dashboards", "name": dashboard.uid, "uid": object_uid(dashboard)}
    return Answer(200, {"apiVersion": "v1", "details": details, "kind": "Status", "metadata": {}, "status": "Success"})


def _store(call: Call, version: str, body: dict[str, Any], name: str, existing: Dashboard | None) -> Answer:
    metadata, spec = body.get("metadata") or {}, copy.deepcopy(body.get("spec"))
    _check_state(call, name, existing, metadata.get("resourceVersion"))
    if not isinstance(spec, dict):
        raise _status(422, "Invalid", f'Dashboard.{GROUP} "{name}" is invalid: spec is required', name)
    _check_types(spec, name)
    annotations = metadata.get("annotations") or {}
    folder = str(annotations.get("grafana.app/folder") or "")
    _check_folder(call, folder, existing)
    if version == "v1beta1":
        spec = migrated(spec)
    elif version == LEGACY:
        drop(spec, "id", "uid", "version")
    message = str(annotations.get("grafana.app/message") or "")
    if len(message) > 500:
        raise _status(400, "BadRequest", "message too long, max 500 characters", "")
    kept = existing is not None and call.unified and (version, message) == (existing.api, existing.message)
    if existing is not None and kept and same_content(call, existing, spec, folder, version):
        # Nothing is written, and the answer shows it.
        unchanged = resource(call.flavour, existing, version)
        return Answer(200, {**unchanged, "metadata": without(unchanged["metadata"], "resourceVersion")})
    with call.store.transaction():
        client = call.headers.get("user-agent", "").partition("/")[0]
        stored = put(call, name, spec, folder, existing, api=version, message=message, client=client)
    return Answer(200 if existing else 201, resource(call.flavour, stored, version))


def _check_state(call: Call, name: str, existing: Dashboard | None, wanted: Any) -> None:
    """Refuse to replace another state than the one that the request names."""
    if existing is None and wanted:
        raise _status(500, "", "resourceVersion should not be set on objects to be created", "")
    if existing is not None and wanted and wanted != revision(call.flavour, existing):
        text = (
            f'Operation cannot be fulfilled on dashboards.{GROUP} "{name}": '
            "the object has been modified; please apply your changes to the latest version and try again"
        )
        raise _status(409, "Conflict", text, name)


def _check_folder(call: Call, folder: str, existing: Dashboard | None) -> None:
    # On its default storage, 12 takes the word for the root as a folder.
    known = ("", "general") if not call.unified else ("",)
    if folder in known or call.store.folder(folder) is not None:
        return
    if existing is not None:
        raise _status(500, "", "access denied to folder", "")
    group = "folder.grafana.app"
    raise Refusal(
        404, f'folders.{group} "{folder}" not found', apiVersion="v1", code=404, kind="Status", metadata={},
        reason="NotFound", status="Failure", details={"group": group, "kind": "folders", "name": folder},
    )  # fmt: skip


def _check_types(spec: dict[str, Any], name: str) -> None:
    """Refuse the one type error that the recordings show. The real server checks every field."""
    for index, panel in enumerate(spec.get("panels") or ()):
        height = (panel.get("gridPos") or {}).get("h")
        if height is not None and not isinstance(height, int):
            field, start = f"spec.panels.{index}.gridPos.h", f'Invalid value: conflicting values "{height}" and'
            bounds = ("9", "int & >=0 & <=4294967295")
            texts = [f"{start} {bound} (mismatched types string and int)" for bound in bounds]
            causes = [{"field": field, "message": text, "reason": "FieldValueInvalid"} for text in texts]
            listed = ", ".join(f"{field}: {text}" for text in texts)
            raise _status(422, "Invalid", f'Dashboard.{GROUP} "{name}" is invalid: [{listed}]', name, causes=causes)


def _served(call: Call) -> str:
    version = call.path["version"]
    if version not in VERSIONS:
        raise Refusal(404, "the server could not find the requested resource")
    return version


def _find(call: Call) -> Dashboard:
    name = call.path["uid"]
    dashboard = call.store.dashboard(name)
    if dashboard is None:
        raise _status(404, "NotFound", f'dashboards.{GROUP} "{name}" not found', name)
    return dashboard


def _status(status: int, reason: str, message: str, name: str, **details: Any) -> Refusal:
    kind = "Dashboard" if status == 422 else "dashboards"
    more: dict[str, Any] = {"details": {"group": GROUP, "kind": kind, "name": name, **details}} if name else {}
    more |= {"reason": reason} if reason else {}
    return Refusal(status, message, apiVersion="v1", code=status, kind="Status", metadata={}, status="Failure", **more)
