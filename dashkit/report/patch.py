"""Edits of files as a patch that `git apply` takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.report.style import Style, plain

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def patch(path: str, before: str, after: str, style: Style = plain) -> Iterator[str]:
    """Yield the lines of a patch of one file.

    Args:
        path: from the top of the repository on.
    """
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    for line in lines:
        colour = _COLOURS.get(line[:1])
        text = line.rstrip("\n")
        yield style(text, colour) if colour else text
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
