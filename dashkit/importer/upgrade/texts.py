"""References to variables in texts, in today's form: ``${var}`` where ``[[var]]`` stood."""

from __future__ import annotations

from typing import Any

from dashkit.authoring.paths import Json
from dashkit.document.walk import entries
from dashkit.model.words import counted
from dashkit.promql.variables import ALWAYS_KNOWN, find


def modern_references(spec: Json) -> tuple[Json, list[str]]:
    """Return a document without the old form of references, and what was done in words.

    Only names that Grafana would fill in count, so that ``[[:alpha:]]`` or a list in a list stays what it is.
    """
    known = {str(one.get("name")) for one in entries(spec, "templating")} | ALWAYS_KNOWN
    changed: list[str] = []
    result = _modern(spec, known, changed)
    return result, [f"[[var]] is ${{var}} in {counted(len(changed), 'text')}"] if changed else []


def _modern(value: Any, known: set[str], changed: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _modern(entry, known, changed) for key, entry in value.items()}
    if isinstance(value, list):
        return [_modern(entry, known, changed) for entry in value]
    if not isinstance(value, str) or "[[" not in value:
        return value
    parts, last = [], 0
    for one in find(value):
        if value.startswith("[[", one.start) and one.name in known:
            written = f"{one.name}:{one.format}" if one.format else one.name
            parts += [value[last : one.start], f"${{{written}}}"]
            last = one.end
    if not parts:
        return value
    changed.append(value)
    return "".join([*parts, value[last:]])
