"""Dashboards as resources of ``/apis``, converted to what `dashkit.model.live` has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashkit.document.read import V2_VERSIONS
from dashkit.document.v2.parts import is_v2
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import Head, LiveDashboard, Version

#: Asks for a list of what `head_of` takes.
METADATA = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
_ANNOTATION = "grafana.app/"
_INJECTED = ("id", "uid", "version")


def api_path(server: ServerInfo, uid: str = "", *, version: str = "") -> str:
    """Return the path of a dashboard, or of all, below ``/apis``."""
    base = f"/apis/dashboard.grafana.app/{version or server.api}/namespaces/{server.namespace}/dashboards"
    return f"{base}/{uid}" if uid else base


class Stored(NamedTuple):
    """What is stored of a dashboard.

    ``schema`` is the version of the v2 schema, empty for a classic dashboard. ``spec`` is the document in that schema; None if
    the resource does not have it: then ``schema`` is never empty, so that nothing takes it for an empty document.
    """

    schema: str
    spec: dict[str, Any] | None


def stored(item: Mapping[str, Any]) -> Stored:
    """Return what a resource says of the stored document, never one whose conversion lost something or failed."""
    spec = item.get("spec")
    spec = spec if isinstance(spec, dict) else None
    conversion = (item.get("status") or {}).get("conversion") or {}
    source = conversion.get("source") or {}
    schema = str(conversion.get("storedVersion") or "")
    if conversion.get("failed"):
        converted = (source.get("metadata") or {}).get("generation")
        if spec and converted is not None and converted < (item.get("metadata") or {}).get("generation", 0):
            # Unified storage keeps the note of a conversion with the document that was saved after it.
            return Stored("", spec)
        spec = source.get("spec") or None
    elif schema.startswith("v2"):
        spec = None  # converted from v2, which loses things
    if spec is None:
        return Stored(schema or "unknown", None)
    return Stored(schema if schema.startswith("v2") else "", spec)


def live_dashboard(item: Mapping[str, Any]) -> LiveDashboard:
    """Convert a resource. ``spec`` is empty if the resource does not have the stored document."""
    metadata = item.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    schema, spec = stored(item)
    version, token = int(metadata.get("generation") or 0), str(metadata.get("resourceVersion") or "")
    spec = spec or {}
    return LiveDashboard(
        uid=str(metadata.get("name") or ""),
        title=str(spec.get("title") or ""),
        folder_uid=folder_of(annotations.get(f"{_ANNOTATION}folder")),
        spec=without_injected(spec),
        version=version,
        tags=tags_of(spec),
        schema=schema,
        manager=manager_of(annotations),
        updated=str(annotations.get(f"{_ANNOTATION}updatedTimestamp") or metadata.get("creationTimestamp") or ""),
        updated_by=str(annotations.get(f"{_ANNOTATION}updatedBy") or ""),
        token=token,
        message=str(annotations.get(f"{_ANNOTATION}message") or "") if unified(version, token) else None,
    )


def head_of(item: Mapping[str, Any]) -> Head:
    """Convert the metadata of a dashboard in unified storage."""
    metadata = item.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    return Head(
        uid=str(metadata.get("name") or ""),
        folder_uid=folder_of(annotations.get(f"{_ANNOTATION}folder")),
        version=int(metadata.get("generation") or 0),
        message=str(annotations.get(f"{_ANNOTATION}message") or ""),
        created=str(metadata.get("creationTimestamp") or ""),
        clients=_clients(metadata),
        manager=manager_of(annotations),
        updated=str(annotations.get(f"{_ANNOTATION}updatedTimestamp") or metadata.get("creationTimestamp") or ""),
        updated_by=str(annotations.get(f"{_ANNOTATION}updatedBy") or ""),
        token=str(metadata.get("resourceVersion") or ""),
    )


def with_document(head: Head, spec: dict[str, Any]) -> LiveDashboard:
    """Return the dashboard that has this head and this document."""
    return LiveDashboard(
        head.uid, str(spec.get("title") or ""), head.folder_uid, spec, head.version, tags_of(spec), manager=head.manager,
        updated=head.updated, updated_by=head.updated_by, token=head.token, message=head.message,
        schema=V2_VERSIONS[0] if is_v2(spec) else "",
    )  # fmt: skip


def version_of(item: Mapping[str, Any]) -> Version:
    """Convert an entry of a history."""
    metadata = item.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    schema, spec = stored(item)
    number, token = int(metadata.get("generation") or 0), str(metadata.get("resourceVersion") or "")
    # Outside unified storage, a history does not keep the folders.
    folder = folder_of(annotations.get(f"{_ANNOTATION}folder")) if unified(number, token) else None
    return Version(
        number=number,
        message=str(annotations.get(f"{_ANNOTATION}message") or ""),
        created=str(annotations.get(f"{_ANNOTATION}updatedTimestamp") or metadata.get("creationTimestamp") or ""),
        created_by=str(annotations.get(f"{_ANNOTATION}updatedBy") or annotations.get(f"{_ANNOTATION}createdBy") or ""),
        spec=without_injected(spec or {}),
        folder=folder,
        schema=schema,
        clients=_clients(metadata),
        born=str(metadata.get("creationTimestamp") or ""),
    )


def _clients(metadata: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(entry.get("manager")) for entry in metadata.get("managedFields") or ())


def unified(version: int, token: str) -> bool:
    """Return whether a dashboard with this version and token is in unified storage, where a token is more than the version.

    Only there does the server make sure that just one of two writes over the same version succeeds. Only there does it return
    messages with dashboards.
    """
    return token not in ("", str(version))


def tags_of(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tags in a document."""
    tags = spec.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def folder_of(uid: Any) -> str:
    """Return a folder's uid, empty for the root. 12 keeps the word for the root if someone saved with it."""
    return "" if uid in (None, "general") else str(uid)


def manager_of(annotations: Mapping[str, Any]) -> str:
    """Return the other tool that owns a resource, empty for none."""
    kind, name = annotations.get(f"{_ANNOTATION}managedBy") or "", annotations.get(f"{_ANNOTATION}managerId") or ""
    if kind == "classic-file-provisioning":
        return "file provisioning"
    return " ".join(part for part in (kind, name) if part)


def without_injected(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without what servers add to it."""
    return {key: value for key, value in spec.items() if key not in _INJECTED}
