"""What a stored dashboard looks like as a resource, in each version of the schema."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from dashkit.document.edit import drop, drop_defaults
from dashkit.document.schema_steps import CURRENT, OLDEST_CARRIED, carry_over
from dashkit.document.v2.down import down
from dashkit.document.v2.up import up
from dashkit.document.variables import BUILT_IN_ANNOTATION
from dashkit.errors import SpecError
from dashkit.sandbox.call import Refusal
from dashkit.sandbox.flavour import Flavour
from dashkit.sandbox.records import Dashboard

GROUP = "dashboard.grafana.app"
VERSIONS = ("v1beta1", "v0alpha1", "v2beta1", "v2alpha1")
#: The version whose documents the legacy API shows.
LEGACY = "v0alpha1"
_DEFAULTS: dict[str, Any] = {
    "editable": True, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": [], "refresh": "", "tags": [],
    "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "timezone": "", "weekStart": "", "panels": [],
}  # fmt: skip
#: What stands for a classic document that was not converted.
_EMPTY_V2: dict[str, Any] = {
    "annotations": None, "cursorSync": "", "elements": None, "layout": None, "links": None, "preload": False, "tags": None,
    "timeSettings": {
        "autoRefresh": "", "autoRefreshIntervals": None, "fiscalYearStartMonth": 0, "from": "", "hideTimepicker": False,
        "to": "",
    },
    "title": "", "variables": None,
}  # fmt: skip
#: Values that Grafana removes from panels.
_PANEL_DEFAULTS: dict[str, Any] = {
    "options": {}, "links": [], "title": "", "transparent": False, "targets": [],
    "fieldConfig": {"defaults": {}, "overrides": []},
}  # fmt: skip


def resource(flavour: Flavour, dashboard: Dashboard, version: str) -> dict[str, Any]:
    spec, status = document(flavour, dashboard, version)
    head = {"apiVersion": f"{GROUP}/{version}", "kind": "Dashboard", "metadata": _metadata(flavour, dashboard)}
    return {**head, "spec": spec, "status": status}


def document(flavour: Flavour, dashboard: Dashboard, version: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the document as a version shows it, and the status with what became of the conversion.

    Where they do not convert into each other, a classic document is an empty one in v2, and one of v2 is None as a classic one.
    """
    stored = dashboard.api
    if stored == version or (stored.startswith("v2") and version.startswith("v2")):
        return dashboard.spec, dashboard.status
    done = {"conversion": {"failed": False, "storedVersion": stored}}
    if not is_v2(stored) and not is_v2(version):
        return migrated(dashboard.spec) if version == "v1beta1" else dashboard.spec, done
    if flavour.converts:
        converted = _converted(dashboard.spec, version)
        if converted is not None:
            return converted, done
    source = resource(flavour, dashboard, stored)
    if flavour.unified:
        drop(source["metadata"], "resourceVersion")
    conversion = {
        "error": "backend conversion not yet implemented",
        "failed": True,
        "source": source,
        "storedVersion": stored,
    }
    return copy.deepcopy(_EMPTY_V2) if is_v2(version) else None, {"conversion": conversion}


def _converted(spec: dict[str, Any], version: str) -> dict[str, Any] | None:
    try:
        return up(spec) if is_v2(version) else down(spec, as_grafana=True).classic
    except SpecError:  # not built as a document should be
        return None


def failed(status: dict[str, Any]) -> dict[str, Any] | None:
    """Return the conversion of a status if it failed."""
    conversion: dict[str, Any] = status.get("conversion") or {}
    return conversion if conversion.get("failed") else None


def is_v2(version: str) -> bool:
    return version.startswith("v2")


def _metadata(flavour: Flavour, dashboard: Dashboard) -> dict[str, Any]:
    annotations = {"grafana.app/createdBy": f"user:{dashboard.created_by}"}
    if dashboard.version > 1 or not flavour.unified:
        annotations |= {
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
        "namespace": "default", "resourceVersion": revision(flavour, dashboard), "uid": object_uid(dashboard),
    }  # fmt: skip
    if not flavour.unified:
        return metadata
    if dashboard.message:
        annotations["grafana.app/message"] = dashboard.message
    # A document that ever came near to v2 has no managed fields any more.
    conversion = dashboard.status.get("conversion") or {}
    if not is_v2(dashboard.api) and not is_v2(str(conversion.get("storedVersion") or "")):
        managed = {"apiVersion": f"{GROUP}/{dashboard.api}", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}}
        managed |= {"operation": "Update", "time": dashboard.updated}
        metadata["managedFields"] = [{**managed, "manager": client} for client in dashboard.clients]
    return metadata


def revision(flavour: Flavour, dashboard: Dashboard) -> str:
    """Return what a write names as the state that it replaces."""
    return str(dashboard.revision if flavour.unified else dashboard.version)


def object_uid(dashboard: Dashboard) -> str:
    return hashlib.sha256(f"{dashboard.id}".encode()).hexdigest()[:44]


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
