"""Edits of files as a patch that `git apply` takes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.report.style import Style, diff_line, plain


def patch(path: str, before: str, after: str, style: Style = plain) -> Iterator[str]:
    """Yield the lines of a patch of one file.

    Args:
        path: from the top of the repository on.
    """
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    for line in lines:
        yield diff_line(line.rstrip("\n"), style)
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """Return the lines as git divides a text: at newlines only, and not at what else ends a line in Python."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
