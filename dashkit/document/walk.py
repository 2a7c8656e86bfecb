"""Walk a document of either schema: its panels, its lists and its settings, in the words of the classic schema.

A classic document has panels on the top level, in collapsed rows and in legacy ``rows``. What is read of a v2 document only looks
like that; its pointers are those of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.document.v2.parts import is_v2, parts
from dashkit.document.v2.settings import annotation_queries, variables
from dashkit.document.v2.settings import settings as v2_settings


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel, row or tab with its JSON pointer.

    Attributes:
        row: the title of the row of a classic panel.
        around: names the rows and tabs around it, the outermost first: ``row 'API'``.
    """

    pointer: str
    panel: dict[str, Any]
    row: str = ""
    around: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The rows and tabs around it that have titles, for a message."""
        return " / ".join(part for part in self.around if not part.endswith(" ''"))


def panels(spec: dict[str, Any]) -> Iterator[Placed]:
    """Yield all panels, rows and tabs in the order of the document. Nested panels follow their row."""
    if is_v2(spec):
        yield from (Placed(part.pointer, part.panel, around=part.around) for part in parts(spec))
        return
    row = ""
    for index, panel in enumerate(_list(spec.get("panels"))):
        if not isinstance(panel, dict):
            continue
        pointer = f"/panels/{index}"
        if panel.get("type") == "row":
            row = panel.get("title") or ""
            yield Placed(pointer, panel)
            for inner, nested in enumerate(_list(panel.get("panels"))):
                if isinstance(nested, dict):
                    yield _in_row(f"{pointer}/panels/{inner}", nested, row)
        else:
            yield _in_row(pointer, panel, row)
    for index, legacy in enumerate(_list(spec.get("rows"))):
        for inner, nested in enumerate(_list(legacy.get("panels")) if isinstance(legacy, dict) else ()):
            if isinstance(nested, dict):
                yield _in_row(f"/rows/{index}/panels/{inner}", nested, legacy.get("title") or "")


def entries(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the variables (``templating``) or ``annotations`` of a document."""
    if is_v2(spec):
        return variables(spec) if key == "templating" else annotation_queries(spec)
    holder = spec.get(key)
    found = _list(holder.get("list")) if isinstance(holder, dict) else []
    return [entry for entry in found if isinstance(entry, dict)]


def settings(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what belongs to the whole dashboard: everything but its panels, variables and annotations."""
    if is_v2(spec):
        return v2_settings(spec)
    return {key: value for key, value in spec.items() if key not in ("panels", "rows", "templating", "annotations")}


def _in_row(pointer: str, panel: dict[str, Any], row: str) -> Placed:
    return Placed(pointer, panel, row, (f"row {row!r}",) if row else ())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []  # Grafana stores whatever it is sent


def label(panel: dict[str, Any]) -> str:
    """Return how to name a panel in a message."""
    title = panel.get("title")
    return f"{title!r}" if title else f"untitled {panel.get('type', 'panel')}"
