"""Text that authors write as Markdown or HTML, made safe for a page."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

#: The parser fills caches of its own while it works, and panels are drawn in several threads.
_ALONE = Lock()


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])


def html_of(written: str) -> str:
    """Return Markdown as HTML that is safe to show."""
    with _ALONE:
        html = _markdown().render(written)
    return safe_html(html)


def safe_html(written: str) -> str:
    """Return HTML without scripts, handlers and addresses such as ``javascript:``."""
    import nh3

    return nh3.clean(written, url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer")
