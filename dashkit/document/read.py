"""Read dashboard files of all supported forms into classic documents.

The forms are classic JSON, an export with ``__inputs``, a response of Grafana's API, and a Kubernetes-style resource of a
classic version (v0alpha1, v1beta1, v1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dashkit.errors import SpecError

FOLDER_ANNOTATION = "grafana.app/folder"


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


def read_document(value: Any) -> Document:
    """Unwrap ``value``.

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


class NewerSchemaError(SpecError):
    """A dashboard with the v2 schema, which dashkit does not read."""


def _v2_error() -> NewerSchemaError:
    return NewerSchemaError(
        "this dashboard has the v2 schema (elements and layout); dashkit reads the classic schema",
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
        spec = _substitute(spec, re.compile(r"\$\{(" + "|".join(map(re.escape, constants)) + r")\}"), constants)
    if variables:
        templating = dict(spec.get("templating") or {})
        present = {item.get("name") for item in templating.get("list") or ()}
        fresh = [variable for variable in variables if variable["name"] not in present]
        templating["list"] = fresh + list(templating.get("list") or ())
        spec["templating"] = templating
    return spec


def _substitute(value: Any, pattern: re.Pattern[str], constants: dict[str, str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda match: constants[match[1]], value)
    if isinstance(value, list):
        return [_substitute(item, pattern, constants) for item in value]
    if isinstance(value, dict):
        return {key: _substitute(item, pattern, constants) for key, item in value.items()}
    return value
