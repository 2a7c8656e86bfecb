"""What only the code that left needed is not imported any more."""

from __future__ import annotations

import pytest

from dashkit.absorb.source import Source
from dashkit.absorb.unused import without_unused

USE = "panels = [stat('A'), text('B'), row('C')]\n"


@pytest.mark.parametrize(
    ("imports", "after", "wanted"),
    [
        ("from dashkit.authoring import row, stat, text\n", "panels = [stat('A'), row('C')]\n", "from dashkit.authoring import row, stat\n"),
        ("from dashkit.authoring import row, stat, text\n", "panels = [text('B')]\n", "from dashkit.authoring import text\n"),
        ("from dashkit.authoring import (\n    row,  # why\n    stat,\n    text,\n)\n", "panels = [stat('A'), row('C')]\n",
         "from dashkit.authoring import (\n    row,  # why\n    stat,\n)\n"),
        ("from dashkit.authoring import row\nfrom dashkit.authoring import stat, text\n", "panels = [stat('A'), text('B')]\n",
         "from dashkit.authoring import stat, text\n"),
        ("from dashkit.authoring import row, stat as tile, text\nstat = tile\n", "panels = [stat('A'), row('C')]\n",
         "from dashkit.authoring import row, stat as tile\nstat = tile\n"),
        # These were not used before, either.
        ("import os\nfrom dashkit.authoring import row, stat, text, unused\n", USE, "import os\nfrom dashkit.authoring import row, stat, text, unused\n"),
        ("from dashkit.authoring import row, stat, text\n__all__ = ['text']\n", "panels = [stat('A'), row('C')]\n",
         "from dashkit.authoring import row, stat, text\n__all__ = ['text']\n"),
    ],
)  # fmt: skip
def test_imports_that_nothing_needs_any_more_leave(imports: str, after: str, wanted: str) -> None:
    assert without_unused(Source("m.py", imports + USE), imports + after) == wanted + after
