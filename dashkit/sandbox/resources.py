"""/apis/dashboard.grafana.app: the Kubernetes-style API of 12, in the versions v0alpha1, v1beta1 and v2beta1."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.dashboards import put
from dashkit.sandbox.records import Dashboard
from dashkit.spec.edit import drop, drop_defaults
from dashkit.spec.schema_steps import CURRENT, OLDEST_CARRIED, carry_over
from dashkit.spec.variables import BUILT_IN_ANNOTATION

GROUP = "dashboard.grafana.app"
VERSIONS = ("v1beta1", "v0alpha1", "v2beta1", "v2alpha1")
#: A page ends at about this many bytes, whatever limit the request has.
_PAGE_BYTES = 2 * 1024 * 1024
_METADATA_ONLY = "as=PartialObjectMetadataList"
_DEFAULTS: dict[str, Any] = {
    "editable": True, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": [], "refresh": "", "tags": [],
    "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "timezone": "", "weekStart": "", "panels": [],
}  # fmt: skip
#: Values that Grafana removes from panels.
_PANEL_DEFAULTS: dict[str, Any] = {
    "options": {}, "links": [], "title": "", "transparent": False, "targets": [],
    "fieldConfig": {"defaults": {}, "overrides": []},
}  # fmt: skip


def listing(call: Call) -> Answer:
    version = _served(call)
    if call.query.get("labelSelector") == "grafana.app/get-history=true":
        return _history(call, version)
    limit = call.number("limit", 500) or 500
    token = call.query.get("continue", "")
    start = int(token.partition("start:")[2].partition("/")[0] or 0) if token else None
    bare = _METADATA_ONLY in call.headers.get("accept", "")
    items: list[dict[str, Any]] = []
    size, more = 0, ""
    for dashboard in call.store.dashboards(start, limit + 1):
        if len(items) == limit or size >= _PAGE_BYTES:
            more = f"org:1/start:{items[-1]['metadata']['labels']['grafana.app/deprecatedInternalID']}/folder:"
            break
        item = _resource(dashboard, version)
        if bare:
            item |= {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata"}
            drop(item, "spec", "status")
        elif version != "v0alpha1":
            drop(item, "apiVersion", "kind")
        items.append(item)
        size += len(_json.compact(item))
    metadata = {"resourceVersion": "1", **({"continue": more} if more else {})}
    if bare:
        kind, api = "PartialObjectMetadataList", "meta.k8s.io/v1"
    else:
        kind, api = "DashboardList", f"{GROUP}/{version}"
    return Answer(200, {"apiVersion": api, "items": items, "kind": kind, "metadata": metadata})


def _history(call: Call, version: str) -> Answer:
    """Return the versions of one dashboard, newest first. They do not say in which folder it was."""
    name = call.query.get("fieldSelector", "").removeprefix("metadata.name=")
    if not name:
        text = "metadata.name field selector required for history requests"
        raise Refusal(
            400, text, apiVersion="v1", code=400, kind="Status", metadata={}, reason="BadRequest", status="Failure"
        )
    token, limit = call.query.get("continue", ""), call.number("limit", 500) or 500
    below = int(token.partition("start:")[2].partition("/")[0]) if token else None
    dashboard = call.store.dashboard(name)
    entries = call.store.versions(name) if dashboard else []
    rest = [entry for entry in entries if below is None or entry["version"] < below]
    items = [_past(dashboard, entry, version) for entry in rest[:limit] if dashboard]
    more = f"org:1/start:{rest[limit - 1]['version']}/folder:" if len(rest) > limit else ""
    metadata = {"resourceVersion": "1", **({"continue": more} if more else {})}
    return Answer(
        200, {"apiVersion": f"{GROUP}/{version}", "items": items, "kind": "DashboardList", "metadata": metadata}
    )


def _past(dashboard: Dashboard, entry: dict[str, Any], version: str) -> dict[str, Any]:
    past = replace(
        dashboard, spec=entry["spec"], api=entry["api"], version=entry["version"], updated=entry["created"],
        updated_by=entry["author"], folder="", title=str(entry["spec"].get("title") or ""),
    )  # fmt: skip
    item = _resource(past, version)
    if entry["message"]:
        item["metadata"]["annotations"]["grafana.app/message"] = entry["message"]
    return item


def get(call: Call) -> Answer:
    return Answer(200, _resource(_find(call), _served(call)))


def create(call: Call) -> Answer:
    call.need("dashboards:create")
    version, body = _served(call), call.json()
    name = (body.get("metadata") or {}).get("name") or ""
    if call.store.dashboard(name) is not None:
        raise _status(409, "AlreadyExists", f'dashboards.{GROUP} "{name}" already exists', name)
    return Answer(201, _resource(_store(call, version, body, name, None), version))


def update(call: Call) -> Answer:
    call.need("dashboards:write")
    version, body, name = _served(call), call.json(), call.path["uid"]
    existing = call.store.dashboard(name)
    wanted = (body.get("metadata") or {}).get("resourceVersion")
    if existing is not None and wanted and wanted != str(existing.version):
        text = (
            f'Operation cannot be fulfilled on dashboards.{GROUP} "{name}": '
            "the object has been modified; please apply your changes to the latest version and try again"
        )
        raise _status(409, "Conflict", text, name)
    return Answer(200, _resource(_store(call, version, body, name, existing), version))


def delete(call: Call) -> Answer:
    call.need("dashboards:delete")
    dashboard = _find(call)
    wanted = ((call.json() if call.content else {}).get("preconditions") or {}).get("resourceVersion")
    if wanted and wanted != str(dashboard.version):
        text = (
            f'Operation cannot be fulfilled on Dashboard.{GROUP} "{dashboard.uid}": the ResourceVersion in the precondition '
            f"({wanted}) does not match the ResourceVersion in record ({dashboard.version}). The object might have been modified"
        )
        raise _status(409, "Conflict", text, dashboard.uid)
    call.store.delete_dashboard(dashboard.uid)
    details = {"group": GROUP, "kind": "dashboards", "name": dashboard.uid, "uid": _object_uid(dashboard)}
    return Answer(200, {"apiVersion": "v1", "details": details, "kind": "Status", "metadata": {}, "status": "Success"})


def _store(call: Call, version: str, body: dict[str, Any], name: str, existing: Dashboard | None) -> Dashboard:
    spec = body.get("spec")
    if not isinstance(spec, dict):
        raise _status(422, "Invalid", f'Dashboard.{GROUP} "{name}" is invalid: spec is required', name)
    _check_types(spec, name)
    annotations = (body.get("metadata") or {}).get("annotations") or {}
    if version == "v1beta1":
        spec = migrated(spec)
    with call.store.transaction():
        return put(
            call, name, spec, str(annotations.get("grafana.app/folder") or ""), existing, api=version,
            message=str(annotations.get("grafana.app/message") or ""),
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


def _resource(dashboard: Dashboard, version: str) -> dict[str, Any]:
    """Return a dashboard as a version shows it. Classic and v2 do not convert into each other on 12."""
    annotations = {
        "grafana.app/createdBy": f"user:{dashboard.created_by}",
        "grafana.app/updatedBy": f"user:{dashboard.updated_by}",
        "grafana.app/updatedTimestamp": dashboard.updated,
    }
    if dashboard.folder:
        annotations["grafana.app/folder"] = dashboard.folder
    if dashboard.manager:
        annotations |= {"grafana.app/managedBy": dashboard.manager, "grafana.app/managerId": "provider"}
    metadata = {
        "annotations": annotations, "creationTimestamp": dashboard.created, "generation": dashboard.version,
        "labels": {"grafana.app/deprecatedInternalID": str(dashboard.id)}, "name": dashboard.uid,
        "namespace": "default", "resourceVersion": str(dashboard.version), "uid": _object_uid(dashboard),
    }  # fmt: skip
    result: dict[str, Any] = {"apiVersion": f"{GROUP}/{version}", "kind": "Dashboard", "metadata": metadata}
    if dashboard.api.startswith("v2") != version.startswith("v2"):
        source = {**result, "apiVersion": f"{GROUP}/{dashboard.api}", "spec": dashboard.spec, "status": {}}
        conversion = {
            "error": "backend conversion not yet implemented", "failed": True, "source": source,
            "storedVersion": dashboard.api,
        }  # fmt: skip
        empty = {"title": dashboard.title} if version.startswith("v2") else None
        return {**result, "spec": empty, "status": {"conversion": conversion}}
    if version == "v1beta1" and dashboard.api == "v0alpha1":
        conversion = {"failed": False, "storedVersion": "v0alpha1"}
        return {**result, "spec": migrated(dashboard.spec), "status": {"conversion": conversion}}
    return {**result, "spec": dashboard.spec, "status": {}}


def migrated(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the v1beta1 form of a document.

    Migrations before 36 look up datasources and are not copied. Older documents get a 501, never a wrong answer.
    """
    result = copy.deepcopy(spec)
    result.setdefault("schemaVersion", CURRENT)
    if not carry_over(result):
        raise Refusal(
            501, f"the sandbox does not migrate schema {spec.get('schemaVersion')}: it knows {OLDEST_CARRIED} and later"
        )
    for key, value in _DEFAULTS.items():
        result.setdefault(key, copy.deepcopy(value))
    result.setdefault("templating", {}).setdefault("list", [])
    annotations = result.setdefault("annotations", {}).setdefault("list", [])
    if not any(entry.get("builtIn") == 1 for entry in annotations):
        annotations.insert(0, copy.deepcopy(BUILT_IN_ANNOTATION))
    drop(result, "id", "uid", "version", "__inputs", "__requires", "__elements", "iteration")
    for panel in result["panels"]:
        drop_defaults(panel, _PANEL_DEFAULTS)
    return result


def _object_uid(dashboard: Dashboard) -> str:
    return hashlib.sha256(f"{dashboard.id}".encode()).hexdigest()[:44]


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
    return Refusal(
        status, message, apiVersion="v1", code=status, kind="Status", metadata={}, reason=reason, status="Failure",
        details={"group": GROUP, "kind": kind, "name": name, **details},
    )  # fmt: skip
