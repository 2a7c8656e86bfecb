"""What a dashboard file can look like, brought to the one form that the rest knows.

Classic JSON, an export with ``__inputs``, the answer of Grafana's API, and a Kubernetes-style resource of the classic
versions (v0alpha1, v1beta1, v1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dashkit.errors import SpecError

FOLDER_ANNOTATION = "grafana.app/folder"


@dataclass(frozen=True, slots=True)
class Document:
    """A classic document, and the folder uid that its wrapping named."""

    spec: dict[str, Any]
    folder_uid: str = ""


def wrapping(value: Any) -> str:
    """The key that a wrapped dashboard stands under: ``spec`` of a resource, ``dashboard`` of an answer of the API, or none."""
    if not isinstance(value, dict):
        return ""
    if "apiVersion" in value and "spec" in value:
        return "spec"
    return "dashboard" if isinstance(value.get("dashboard"), dict) and "panels" not in value else ""


def read_document(value: Any) -> Document:
    """Unwrap ``value``; `SpecError` for what is no dashboard, or one of the v2 schema."""
    if not isinstance(value, dict):
        raise SpecError("a dashboard is a JSON object", hint="expected an object with `title` and `panels`")
    wrapped = wrapping(value)
    if wrapped == "spec":
        return _from_resource(value)
    if wrapped == "dashboard":
        meta = value.get("meta") if isinstance(value.get("meta"), dict) else {}
        folder = value.get("folderUid") or (meta or {}).get("folderUid") or ""
        return Document(_resolve_inputs(dict(value["dashboard"])), folder)
    if "elements" in value and "layout" in value:
        raise _v2_error()
    if not {"title", "panels", "rows", "templating", "schemaVersion"} & value.keys():
        raise SpecError("this JSON object is no dashboard: it has neither title nor panels")
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
        raise SpecError("the metadata of the resource is no object", pointer="/metadata")
    result = dict(spec)
    result.setdefault("uid", metadata.get("name"))
    return Document(_resolve_inputs(result), (metadata.get("annotations") or {}).get(FOLDER_ANNOTATION, ""))


class NewerSchemaError(SpecError):
    """A dashboard of the v2 schema, which dashkit does not read."""


def _v2_error() -> NewerSchemaError:
    return NewerSchemaError(
        "a dashboard of the v2 schema (elements and layout); dashkit reads the classic schema",
        hint="in Grafana: Export as JSON, with the classic model",
    )


def _resolve_inputs(spec: dict[str, Any]) -> dict[str, Any]:
    """Make an export usable as it is: each datasource input becomes a variable of its name, so that ``${DS_X}`` keeps
    its text and gains a meaning; each constant is put in. Grafana itself resolves them only in its import dialogue.
    """
    inputs = spec.pop("__inputs", None) or []
    spec.pop("__requires", None)
    elements = spec.pop("__elements", None)
    if elements:
        raise SpecError(
            "the export carries library panels (`__elements`), which a push cannot create",
            pointer="/__elements",
            hint="unlink the library panels in Grafana, then export again",
        )
    constants: dict[str, str] = {}
    variables = []
    if not isinstance(inputs, list):
        raise SpecError("the inputs of the export are no list", pointer="/__inputs")
    for entry in inputs:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise SpecError("an input of the export has no name", pointer="/__inputs")
        if entry.get("type") == "datasource":
            variables.append(
                {
                    "current": {},
                    "hide": 0,
                    "includeAll": False,
                    "label": entry.get("label") or entry["name"],
                    "multi": False,
                    "name": entry["name"],
                    "options": [],
                    "query": entry.get("pluginId") or "",
                    "refresh": 1,
                    "regex": "",
                    "type": "datasource",
                }
            )
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
