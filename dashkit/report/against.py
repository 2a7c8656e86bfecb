"""What differs between two servers, as text, as JSON values and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit.deploy.between import Difference
from dashkit.report.plan_data import change_data, details_markdown
from dashkit.report.plan_text import changes_text
from dashkit.report.style import CHANGE_COLOURS, Style, plain, table_cell


@dataclass(frozen=True, slots=True)
class Servers:
    """The names of the two contexts, and how many dashboards are the same on both."""

    first: str
    other: str
    same: int

    @property
    def words(self) -> Mapping[str, str]:
        return {"+": f"only on {self.first}", "-": f"only on {self.other}", "~": "differs"}


def against_text(found: Sequence[Difference], servers: Servers, style: Style = plain) -> Iterator[str]:
    """Yield each difference with its changes, which lead from the other server to the first, then a summary."""
    for entry in found:
        what = style(f"{entry.sign} {servers.words[entry.sign]}", CHANGE_COLOURS[entry.sign])
        yield f"{what} {style(entry.uid, 'bold')} {entry.title!r} in {entry.folder}"
        yield from changes_text(entry.changes, style, "    ")
    yield style(summary(found, servers), "bold")


def summary(found: Sequence[Difference], servers: Servers) -> str:
    """Return one line, such as ``staging against prod: 1 only on staging, 2 differ, 30 the same.``, with its period."""
    counts = Counter(entry.sign for entry in found)
    words = {"+": f"only on {servers.first}", "-": f"only on {servers.other}", "~": "differ" + "s" * (counts["~"] == 1)}
    parts = [f"{counts[sign]} {text}" for sign, text in words.items() if counts[sign]]
    return f"{servers.first} against {servers.other}: {', '.join([*parts, f'{servers.same} the same'])}."


def against_data(found: Sequence[Difference], servers: Servers) -> dict[str, Any]:
    """Return ``{"context", "against", "differences": [...], "same"}``."""
    differences = [
        {
            "where": {"+": "context", "-": "against", "~": "both"}[entry.sign], "uid": entry.uid, "title": entry.title,
            "folder": entry.folder, "changes": [change_data(change) for change in entry.changes],
        }
        for entry in found
    ]  # fmt: skip
    return {"context": servers.first, "against": servers.other, "differences": differences, "same": servers.same}


def against_markdown(found: Sequence[Difference], servers: Servers) -> str:
    """Return a table with collapsed details, cut to fit into a comment."""
    lines = [f"### {table_cell(summary(found, servers))}", ""]
    if found:
        lines += ["| | dashboard | folder |", "|---|---|---|"]
        lines += [
            f"| {servers.words[entry.sign]} | `{entry.uid}` {table_cell(entry.title)} | {table_cell(entry.folder)} |"
            for entry in found
        ]
        lines.append("")
    details = ((entry.uid, [("Changes", entry.changes)], "") for entry in found if entry.changes)
    return details_markdown("\n".join(lines), details)
