"""Text that authors write: Markdown, HTML or code."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.theme import TEXT
from dashkit.preview.scene import Box, Html, Options, Scene, Shape, Text
from dashkit.preview.text import text_width
from dashkit.preview.texts.html_blocks import blocks
from dashkit.preview.texts.markdown_picture import drawn_html

_CODE, _CODE_LINE = 14.0, 19.0
_GUTTER = 16.0
_SUMMARY = 200


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``text``."""
    # The package `pages` imports the kinds of panels.
    from dashkit.preview.texts.markdown import html_of, safe_html

    options = mapping(panel.get("options"))
    # Before Grafana 7 the text stood in the panel itself.
    source: Mapping[str, Any] = options if "content" in options else panel
    written = text(source.get("content"))
    if source.get("mode") == "code":
        numbered = mapping(source.get("code")).get("showLineNumbers") is True
        part = Html(box, _code_html(written, numbered), tuple(_code(written, numbered, box)))
        said = written
    else:
        html = safe_html(written) if source.get("mode") == "html" else html_of(written)
        part = Html(box, f'<div class="prose">{html}</div>', (drawn_html(html, box),))
        said = " ".join(run.text.strip() for block in blocks(html) for run in block.runs)
    summary = f"{text(panel.get('title')) or 'Text'}: {' '.join(said.split())[:_SUMMARY]}"
    return Scene(box.width, box.height, (part,), summary=summary, notes=data.notes)


def _code(written: str, numbered: bool, box: Box) -> list[Shape]:
    lines = written.splitlines()
    gutter = text_width(str(len(lines)), _CODE, mono=True) + _GUTTER if numbered else 0.0
    shapes: list[Shape] = []
    for number, line in enumerate(lines[: int(box.height / _CODE_LINE) + 1]):
        y = box.y + (number + 0.5) * _CODE_LINE + _CODE * 0.36
        if numbered:
            x = box.x + gutter - _GUTTER
            shapes.append(Text(x, y, str(number + 1), _CODE, TEXT.secondary, "end", mono=True))
        room = max(1.0, box.width - gutter)
        shapes.append(Text(box.x + gutter, y, line.expandtabs(4), _CODE, TEXT.primary, mono=True, width=room))
    return shapes


def _code_html(written: str, numbered: bool) -> str:
    if not numbered:
        return f'<pre class="code">{escape(written)}</pre>'
    return f'<ol class="code">{"".join(f"<li>{escape(line)}</li>" for line in written.splitlines())}</ol>'
