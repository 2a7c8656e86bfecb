"""Differences between archives, in the words of `dashkit diff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.backup.compare import Difference
from dashkit.model.kinds import BY_NAME
from dashkit.report.archives import shown
from dashkit.report.style import Style, plain

_SIGNS = {"+": ("+ added", "green"), "-": ("- gone", "red"), "~": ("~ changed", "yellow")}
_MOST = 30


def differences_text(found: Iterable[Difference], style: Style = plain) -> Iterator[str]:
    """Lines as they come, and a summary."""
    counts: Counter[str] = Counter()
    for entry in found:
        counts[entry.sign] += 1
        text, color = _SIGNS[entry.sign]
        place = f" in organisation {entry.organisation}" if entry.organisation > 1 else ""
        title = f" {entry.name!r}" if entry.name != entry.key else ""
        yield f"{style(text, color)} {BY_NAME[entry.kind].word} {style(shown(entry.key), 'bold')}{title}{place}"
        for change in entry.changes[:_MOST]:
            yield f"    {style(change.sign, _SIGNS[change.sign][1])} {shown(str(change))}"
        if len(entry.changes) > _MOST:
            yield f"    ... and {len(entry.changes) - _MOST} more changes"
    if not counts:
        yield style("No differences.", "bold")
        return
    words = (("+", "added"), ("-", "gone"), ("~", "changed"))
    yield style(f"{', '.join(f'{counts[sign]} {word}' for sign, word in words if counts[sign])}.", "bold")


def differences_data(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """As JSON."""
    words = {"+": "added", "-": "gone", "~": "changed"}
    return [
        {
            "change": words[entry.sign], "organisation": entry.organisation, "kind": entry.kind, "key": entry.key,
            "name": entry.name, "changes": [str(change) for change in entry.changes],
        }
        for entry in found
    ]  # fmt: skip
