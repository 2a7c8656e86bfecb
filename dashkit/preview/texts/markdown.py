"""Text that authors write as Markdown or HTML, made safe for a page."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])


def html_of(written: str) -> str:
    """Return Markdown as HTML that is safe to show."""
    return safe_html(_markdown().render(written))


def safe_html(written: str) -> str:
    """Return HTML without scripts, handlers and addresses such as ``javascript:``."""
    import nh3

    return nh3.clean(written, url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer")
