"""Read dashboard files of all supported forms.

Classic documents come as plain JSON, as an export with ``__inputs``, as a response of the API, or as a resource of a classic
version (v0alpha1, v1beta1, v1). Those of the v2 schema come as a resource of their version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.document.v2.parts import is_v2
from dashkit.errors import SpecError

FOLDER_ANNOTATION = "grafana.app/folder"
#: The versions of the v2 schema that can be read and written.
V2_VERSIONS = ("v2beta1", "v2")


@dataclass(frozen=True, slots=True)
class Document:
    """A classic document, and the folder uid from its wrapping."""

    spec: dict[str, Any]
    folder_uid: str = ""


def wrapping(value: Any) -> str:
    """Return the key of a wrapped dashboard: ``spec`` in a resource, ``dashboard`` in an API response, or nothing."""
    if not isinstance(value, dict):
        return ""
    if "apiVersion" in value and "spec" in value:
        return "spec"
    return "dashboard" if isinstance(value.get("dashboard"), dict) and "panels" not in value else ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A dashboard of the v2 schema: the uid and the schema from its wrapping, empty if it has none, and the document."""

    uid: str
    schema: str
    spec: dict[str, Any]


def read_v2(value: Any) -> Resource | None:
    """Return the dashboard of the v2 schema in a file; None if the file holds something else.

    Raises:
        SpecError: it is of a version of the schema that dashkit does not read.
    """
    if not isinstance(value, dict):
        return None
    if "apiVersion" not in value:
        return Resource("", "", value) if is_v2(value) and "layout" in value else None
    version, spec = str(value["apiVersion"]).rpartition("/")[2], value.get("spec")
    if not version.startswith("v2") or value.get("kind") != "Dashboard":
        return None
    if version not in V2_VERSIONS or not isinstance(spec, dict):
        hint = f"save it as {V2_VERSIONS[0]}"
        raise SpecError(
            f"this dashboard has the schema {version}, which dashkit does not read", pointer="/apiVersion", hint=hint
        )
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Resource(name if isinstance(name, str) else "", version, spec)


def as_resource(uid: str, schema: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a dashboard of the v2 schema in its wrapping, as files hold it."""
    head = {"apiVersion": f"dashboard.grafana.app/{schema}", "kind": "Dashboard", "metadata": {"name": uid}}
    return {**head, "spec": spec}


def read_document(value: Any) -> Document:
    """Unwrap a classic document.

    Raises:
        SpecError: It is not a dashboard, or has the v2 schema.
    """
    if not isinstance(value, dict):
        raise SpecError("a dashboard must be a JSON object", hint="expected an object with `title` and `panels`")
    wrapped = wrapping(value)
    if wrapped == "spec":
        return _from_resource(value)
    if wrapped == "dashboard":
        meta = value.get("meta")
        folder = value.get("folderUid") or (meta.get("folderUid") if isinstance(meta, dict) else "") or ""
        return Document(_resolve_inputs(dict(value["dashboard"])), folder)
    if "elements" in value and "layout" in value:
        raise _v2_error()
    if not {"title", "panels", "rows", "templating", "schemaVersion"} & value.keys():
        raise SpecError("this JSON object is not a dashboard: it has neither title nor panels")
    return Document(_resolve_inputs(dict(value)))


def _from_resource(value: dict[str, Any]) -> Document:
    version = str(value["apiVersion"]).rpartition("/")[2]
    spec = value["spec"]
    if version.startswith("v2") or (isinstance(spec, dict) and "elements" in spec):
        raise _v2_error()
    if value.get("kind") != "Dashboard" or not isinstance(spec, dict):
        raise SpecError(f"expected a resource of kind Dashboard, found {value.get('kind')!r}", pointer="/kind")
    metadata = value.get("metadata") or {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("annotations") or {}, dict):
        raise SpecError("the resource's metadata is not an object", pointer="/metadata")
    result = dict(spec)
    result.setdefault("uid", metadata.get("name"))
    return Document(_resolve_inputs(result), (metadata.get("annotations") or {}).get(FOLDER_ANNOTATION, ""))


def _v2_error() -> SpecError:
    return SpecError(
        "this dashboard has the v2 schema (elements and layout), which cannot be used here",
        hint="in Grafana, choose Export as JSON with the classic model",
    )


def _resolve_inputs(spec: dict[str, Any]) -> dict[str, Any]:
    """Resolve an export's inputs, which Grafana itself does only in its import dialogue.

    Each datasource input becomes a variable with its name, so that ``${DS_X}`` keeps its text and gains a meaning. Each
    constant is replaced by its value.
    """
    inputs = spec.pop("__inputs", None) or []
    spec.pop("__requires", None)
    elements = spec.pop("__elements", None)
    if elements:
        raise SpecError(
            "the export contains library panels (`__elements`), which a push cannot create",
            pointer="/__elements",
            hint="unlink the library panels in Grafana, then export again",
        )
    constants: dict[str, str] = {}
    variables = []
    if not isinstance(inputs, list):
        raise SpecError("the export's `__inputs` must be a list", pointer="/__inputs")
    for entry in inputs:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise SpecError("an input of the export has no name", pointer="/__inputs")
        if entry.get("type") == "datasource":
            name, kind = entry["name"], entry.get("pluginId") or ""
            variable = {"name": name, "label": entry.get("label") or name, "type": "datasource", "query": kind}
            rest = {"current": {}, "hide": 0, "includeAll": False, "multi": False, "options": [], "regex": ""}
            variables.append({**variable, **rest, "refresh": 1})
        else:
            constants[entry["name"]] = str(entry.get("value", ""))
    if constants:
        spec = substituted(spec, constants)
    if variables:
        templating = dict(spec.get("templating") or {})
        present = {item.get("name") for item in templating.get("list") or ()}
        fresh = [variable for variable in variables if variable["name"] not in present]
        templating["list"] = fresh + list(templating.get("list") or ())
        spec["templating"] = templating
    return spec


def substituted(value: Any, texts: Mapping[str, str]) -> Any:
    """Return a copy with other texts in place of ``${NAME}``, by name."""
    return _substitute(value, re.compile(r"\$\{(" + "|".join(map(re.escape, texts)) + r")\}"), texts)


def _substitute(value: Any, pattern: re.Pattern[str], constants: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda match: constants[match[1]], value)
    if isinstance(value, list):
        return [_substitute(item, pattern, constants) for item in value]
    if isinstance(value, dict):
        return {key: _substitute(item, pattern, constants) for key, item in value.items()}
    return value
