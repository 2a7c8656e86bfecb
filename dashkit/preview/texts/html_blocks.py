"""Read HTML as blocks of text, which a picture can lay out: headings, paragraphs, lists, code, tables, rules."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Literal, NamedTuple

_INLINE = {"strong": "bold", "b": "bold", "th": "bold", "code": "code", "kbd": "code", "samp": "code",
           "del": "strike", "s": "strike", "strike": "strike"}  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: These begin on a line of their own and end it.
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "header", "footer", "center", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre",
     "table", "details", "summary", "figure", "figcaption", "hr", *_HEADINGS)
)  # fmt: skip
_SPACED = frozenset(("p", "ul", "ol", "dl", "pre", "table", "blockquote"))
#: Deeper lists are not indented further.
_DEEPEST = 8


class Run(NamedTuple):
    """Text in one style; ``"\\n"`` alone is a break."""

    text: str
    bold: bool = False
    code: bool = False
    strike: bool = False
    link: str = ""


class Block(NamedTuple):
    """A block of text. ``kind`` is a tag; ``spaced`` says whether there is space below it."""

    kind: str
    runs: Sequence[Run] = ()
    #: How many lists, and how many quotations, it is in.
    depth: int = 0
    quotes: int = 0
    #: What stands to the left of it in a list.
    marker: str = ""
    spaced: bool = False
    #: The cells of a table, row by row.
    rows: Sequence[Sequence[Sequence[Run]]] = ()


def blocks(html: str) -> list[Block]:
    """Return the blocks of an HTML text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.finish()
    return reader.found


class _Reader(HTMLParser):
    """Follows which tags are open, and collects the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._runs: list[Run] = []
        self._kind = "p"
        self._marker = ""
        self._lists: list[int] = []
        self._quotes = 0
        self._open = {"bold": 0, "code": 0, "strike": 0}
        self._links: list[str] = []
        self._rows: list[list[list[Run]]] = []
        self._table: Literal["", "between", "cell"] = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS and not self._table:
            self._flush()
        if tag in _HEADINGS or tag == "pre":
            self._kind = tag
        elif tag == "ol":
            start = given.get("start") or "1"
            self._lists.append(int(start) if start.isdecimal() and len(start) < 10 else 1)
        elif tag == "ul":
            self._lists.append(0)
        elif tag == "li":
            self._begin_item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "hr":
            self.found.append(Block("hr", depth=self._depth, quotes=self._quotes, spaced=True))
        elif tag == "br":
            self._runs.append(Run("\n"))
        elif tag == "img":
            self._add(given.get("alt") or "image")
        elif tag == "a":
            self._links.append(given.get("href") or "")
        else:
            self._begin_table_part(tag)
        if tag in _INLINE:
            self._open[_INLINE[tag]] += 1

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        self._marker = f"{number}." if number else "•"
        if number:
            self._lists[-1] += 1

    def _begin_table_part(self, tag: str) -> None:
        if tag == "table":
            self._rows, self._table = [], "between"
        elif tag == "tr" and self._table:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._runs, self._table = [], "cell"

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE:
            style = _INLINE[tag]
            self._open[style] = max(0, self._open[style] - 1)
        if tag in ("td", "th") and self._table == "cell":
            self._rows[-1].append(self._runs)
            self._runs, self._table = [], "between"
        elif tag == "table" and self._table:
            rows = [row for row in self._rows if row]
            if rows:
                self.found.append(Block("table", depth=self._depth, quotes=self._quotes, spaced=True, rows=rows))
            self._runs, self._table = [], ""
        elif tag == "a" and self._links:
            self._links.pop()
        elif tag in _BLOCKS and not self._table:
            self._end_block(tag)

    def _end_block(self, tag: str) -> None:
        self._flush()
        if tag in _HEADINGS or tag == "pre":
            self._kind = "p"
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "li":
            self._marker = ""
        nested = tag in ("ul", "ol") and bool(self._lists)
        if tag in _SPACED and not nested and self.found:
            self.found[-1] = self.found[-1]._replace(spaced=True)

    def handle_data(self, data: str) -> None:
        if self._table != "between":
            # A line break in the source is a space, except in code.
            self._add(data if self._kind == "pre" else data.replace("\n", " "))

    def _add(self, written: str) -> None:
        opened = self._open
        link = self._links[-1] if self._links else ""
        self._runs.append(Run(written, opened["bold"] > 0, opened["code"] > 0, opened["strike"] > 0, link))

    @property
    def _depth(self) -> int:
        return min(len(self._lists), _DEEPEST)

    def finish(self) -> None:
        """End what is still open."""
        self._flush()

    def _flush(self) -> None:
        if any(run.text.strip() or run.text == "\n" for run in self._runs):
            self.found.append(Block(self._kind, self._runs, self._depth, self._quotes, self._marker))
            self._marker = ""
        self._runs = []
