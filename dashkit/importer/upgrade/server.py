"""The schema of a document, brought to today's as the server of Grafana 12 does it."""

from __future__ import annotations

from dashkit.authoring.paths import Json
from dashkit.document.edit import drop_defaults
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.loose import mapping, objects, whole
from dashkit.document.v2.migrated import migrated
from dashkit.document.walk import panels
from dashkit.model.words import counted


def as_served(spec: Json) -> tuple[Json, list[str]]:
    """Return a document in today's schema, and what was done about it in words. One that is of today is not touched.

    Panels of kinds that are gone have the type of their successor, and say in ``autoMigrateFrom`` what they were.
    """
    version = whole(spec.get("schemaVersion"))
    if version >= CURRENT:
        return spec, []
    rows = objects(spec.get("rows"))
    result = migrated(spec)
    result.setdefault("timezone", "")  # that of the person who looks, which is what none meant
    for placed in panels(result):
        _without_empty(placed.panel)
    done = [f"schema {version} became schema {CURRENT}"]
    if version < 16 and rows:
        headers = sum(placed.panel.get("type") == "row" for placed in panels(result))
        be = "is" if len(rows) == 1 else "are"
        became = f"{be} {counted(headers, 'row panel')} now" if headers else f"{be} only panels now, without a title"
        done.append(f"{counted(len(rows), 'row')} of the old layout {became}")
    return result, done


def _without_empty(panel: Json) -> None:
    """Remove the empty objects that were filled in for reading."""
    defaults = mapping(mapping(panel.get("fieldConfig")).get("defaults"))
    drop_defaults(defaults, {"custom": {}})
    drop_defaults(panel, {"links": [], "options": {}, "transformations": []})
    drop_defaults(panel, {"fieldConfig": {"defaults": {}, "overrides": []}})
    if panel.get("type") == "row":
        panel.pop("targets", None)
