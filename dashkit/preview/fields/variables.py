"""Variables in the title of a field that stand for its own name and labels, such as ``${__field.labels.instance}``.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/#field-variables
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dashkit.preview.frames import Field

_VARIABLE = re.compile(r"\$\{__(field|series)[._](\w+)(?:\.([^\[\]{}:]+)|\[[\"']?([^\[\]{}\"']+)[\"']?\])?(?::\w+)?\}")
_SHORT = re.compile(r"\$__(field|series)_(\w+)")


def filled(title: str, field: Field, name: str, series: Callable[[], str]) -> str:
    """Return a title with its variables filled in; ``name`` is the name without the title. Others stay as they are."""

    def value(found: re.Match[str]) -> str:
        kind, key = found[1], found[2]
        part = "".join(found.groups(default="")[2:])
        if kind == "series":
            return series() if key == "name" else found[0]
        if key in ("labels", "formattedLabels"):
            return _labels(field, part)
        known = {"name": field.name, "displayName": name}
        return known.get(key, found[0])

    return _SHORT.sub(value, _VARIABLE.sub(value, title))


def _labels(field: Field, part: str) -> str:
    if part == "__values":
        return ", ".join(sorted(field.labels.values()))
    if part:
        return field.labels.get(part, "")
    return ", ".join(f'{name}="{value}"' for name, value in sorted(field.labels.items()))
