"""The differences between two archives, in the style of `dashkit diff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.backup.compare import Difference
from dashkit.model.kinds import BY_NAME
from dashkit.report.archives import shown
from dashkit.report.style import CHANGE_COLOURS, Style, plain

_WORDS = {"+": "added", "-": "gone", "~": "changed"}
_MOST = 30


def differences_text(found: Iterable[Difference], style: Style = plain) -> Iterator[str]:
    """Yield each difference as it comes, then a summary."""
    counts: Counter[str] = Counter()
    for entry in found:
        counts[entry.sign] += 1
        action = style(f"{entry.sign} {_WORDS[entry.sign]}", CHANGE_COLOURS[entry.sign])
        place = f" in organisation {entry.organisation}" if entry.organisation > 1 else ""
        title = f" {entry.name!r}" if entry.name != entry.key else ""
        yield f"{action} {BY_NAME[entry.kind].word} {style(shown(entry.key), 'bold')}{title}{place}"
        for change in entry.changes[:_MOST]:
            yield f"    {style(change.sign, CHANGE_COLOURS[change.sign])} {shown(str(change))}"
        if len(entry.changes) > _MOST:
            yield f"    ... and {len(entry.changes) - _MOST} more changes"
    summary = ", ".join(f"{counts[sign]} {word}" for sign, word in _WORDS.items() if counts[sign])
    yield style(f"{summary or 'No differences'}.", "bold")


def differences_data(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return the differences as JSON values."""
    return [
        {
            "change": _WORDS[entry.sign], "organisation": entry.organisation, "kind": entry.kind, "key": entry.key,
            "name": entry.name, "changes": [str(change) for change in entry.changes],
        }
        for entry in found
    ]  # fmt: skip
