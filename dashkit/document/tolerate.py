"""Slips that Grafana itself takes: a number where a text belongs, a text where a number belongs, a variable with an odd name.

Documents that were exported from a Grafana are brought to the right type, with a note of each. Authors' own are not: they can
mend them.
"""

from __future__ import annotations

from typing import Any

from dashkit import _json
from dashkit.document.validate import schema
from dashkit.document.walk import label
from dashkit.errors import SpecError


def schema_number(spec: dict[str, Any]) -> list[str]:
    """Make a number of ``schemaVersion``, if it is a text with one."""
    version = spec.get("schemaVersion")
    if isinstance(version, str) and version.isascii() and version.isdigit():
        spec["schemaVersion"] = int(version)
        return [f"schemaVersion {version!r} is read as the number {version}"]
    return []


def tolerate(spec: dict[str, Any], refusal: SpecError) -> list[str]:
    """Mend the slips in a document, in place, and return a note for each.

    Raises:
        SpecError: something else is wrong with it; ``refusal`` says what.
    """
    from jsonschema import Draft7Validator

    notes = []
    for error in list(Draft7Validator(schema()).iter_errors(spec)):  # a list, for what it reads is mended
        path = list(error.absolute_path)
        if path[:2] == ["templating", "list"] and path[-1:] == ["name"] and error.validator == "pattern":
            notes.append(f"variable {error.instance!r} has a name that nothing can refer to")
            continue
        value = _meant(error.instance, str(error.validator), error.validator_value)
        empty = error.instance == "" and error.validator == "type" and error.validator_value in ("number", "integer")
        if not path or (value is None and not empty):
            raise refusal
        holder: Any = spec
        place = ""
        for part in path[:-1]:
            holder = holder[part]
            if isinstance(holder, dict) and "type" in holder and "title" in holder:
                place = f"panel {label(holder)}: "
        if value is None:
            del holder[path[-1]]
            notes.append(f"{place}{path[-1]} is empty, and left out")
            continue
        holder[path[-1]] = value
        notes.append(
            f"{place}{path[-1]} {_json.compact(error.instance).decode()} is read as {_json.compact(value).decode()}"
        )
    return notes


def _meant(value: Any, validator: str, allowed: Any) -> Any:
    """Return the value that was meant, or None if there is none."""
    if validator == "type":
        return _retyped(value, allowed)
    if validator == "enum":
        found = [_retyped(value, kind) for kind in ("integer", "string")]
        return next((one for one in found if one is not None and one in allowed), None)
    return None


def _retyped(value: Any, kind: Any) -> Any:
    """Return the value as the type that belongs there, or None if it has no such form."""
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind in ("number", "integer") and isinstance(value, str):
        try:
            number = _json.plain_number(float(value))
        except (ValueError, OverflowError):
            return None
        return number if kind == "number" or isinstance(number, int) else None
    if kind == "integer" and isinstance(value, float):
        return round(value)
    if kind == "boolean" and value in ("true", "false", 0, 1, ""):
        return value in ("true", 1)
    return None
