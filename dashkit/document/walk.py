"""Walk a document: its panels on the top level, in collapsed rows and in legacy ``rows``, and its lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel with its JSON pointer and the title of its row."""

    pointer: str
    panel: dict[str, Any]
    row: str = ""


def panels(spec: dict[str, Any]) -> Iterator[Placed]:
    """Yield all panels and rows in the order of the document. Nested panels follow their row."""
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
                    yield Placed(f"{pointer}/panels/{inner}", nested, row)
        else:
            yield Placed(pointer, panel, row)
    for index, legacy in enumerate(_list(spec.get("rows"))):
        for inner, nested in enumerate(_list(legacy.get("panels")) if isinstance(legacy, dict) else ()):
            if isinstance(nested, dict):
                yield Placed(f"/rows/{index}/panels/{inner}", nested, legacy.get("title") or "")


def entries(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the variables (``templating``) or ``annotations`` of a document."""
    holder = spec.get(key)
    found = _list(holder.get("list")) if isinstance(holder, dict) else []
    return [entry for entry in found if isinstance(entry, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []  # Grafana stores whatever it is sent


def label(panel: dict[str, Any]) -> str:
    """Return how to name a panel in a message."""
    title = panel.get("title")
    return f"{title!r}" if title else f"untitled {panel.get('type', 'panel')}"
