"""Write lines of logs as HTML, which scrolls and unfolds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from dashkit.preview.svg import both
from dashkit.preview.texts.log_lines import LogLine

#: More lines, and longer ones, are cut off: a page with all of them would be slow.
MOST_LINES = 200
_MOST_LETTERS = 5000


class Entry(NamedTuple):
    """A line with the texts that are shown: its time, its labels if they are not those of all lines, itself."""

    line: LogLine
    time: str
    labels: Sequence[str]
    text: str


def logs_html(entries: Sequence[Entry], above: str, more: int, *, wrap: bool, details: bool) -> str:
    """Return a list of lines; ``above`` stands on top of it, and ``more`` lines are not in it."""
    head = f'<p class="more">{escape(above)}</p>' if above else ""
    foot = f'<p class="more">and {more} more lines</p>' if more > 0 else ""
    items = "".join(_item(entry, details) for entry in entries)
    return f'{head}<ol class="logs{" wrap" if wrap else ""}">{items}</ol>{foot}'


def _item(entry: Entry, details: bool) -> str:
    line = entry.line
    parts = [
        f"<b>{line.times}x</b>" if line.times > 1 else "",
        f"<time>{escape(entry.time)}</time>" if entry.time else "",
        *(f"<small>{escape(label)}</small>" for label in entry.labels),
        f"<span>{escape(_short(entry.text))}</span>",
    ]
    inside = " ".join(part for part in parts if part)
    style = f' style="border-color:{both(line.colour)}" title="{line.level}"'
    if not details:
        return f"<li{style}>{inside}</li>"
    return f"<li{style}><details><summary>{inside}</summary>{_fields(line.labels)}</details></li>"


def _fields(labels: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_short(value))}</td></tr>" for name, value in sorted(labels.items())
    )
    return f"<table>{rows}</table>" if rows else "<p>no labels</p>"


def _short(written: str) -> str:
    return written if len(written) <= _MOST_LETTERS else f"{written[:_MOST_LETTERS]}…"
