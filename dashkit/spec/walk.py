"""Every panel of a document, wherever it hides: top level, collapsed rows, legacy ``rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel with its JSON pointer and the title of the row it belongs to."""

    pointer: str
    panel: dict[str, Any]
    row: str = ""


def panels(spec: dict[str, Any]) -> Iterator[Placed]:
    """All panels with the rows among them, in the order of the document, nested ones after their row."""
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


def _list(value: Any) -> list[Any]:
    """Grafana stores whatever it is sent."""
    return value if isinstance(value, list) else []


def label(panel: dict[str, Any]) -> str:
    """How to name a panel to a person."""
    title = panel.get("title")
    return f"{title!r}" if title else f"untitled {panel.get('type', 'panel')}"
