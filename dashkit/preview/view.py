"""What a page asks for, and the answer: the frame of a dashboard, then each of its panels."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from dashkit._parallel import ordered_map
from dashkit.document.walk import entries
from dashkit.errors import DashkitError
from dashkit.lint.values import mapping, objects, text, texts
from dashkit.preview import pages
from dashkit.preview.blocks import arranged, sized
from dashkit.preview.data import Annotation
from dashkit.preview.draw import Page, drawn, filler, view_of
from dashkit.preview.dynamic.seen import Asking, seen_blocks
from dashkit.preview.fill import VARIABLES, filled
from dashkit.preview.layout import Block, Item, Section, Size, sections
from dashkit.preview.links import address, safe_url
from dashkit.preview.sources.port import Board, DataSource, Listed, View
from dashkit.preview.times import time_range, zone_of
from dashkit.preview.variables import Variable, repeating, resolve
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Values

#: The width of the grid on a screen of 1440 pixels.
USUAL_WIDTH = 1408.0
_NARROWEST, _WIDEST = 200.0, 8000.0
#: How many points annotations are asked for, however wide the page is.
_ANNOTATION_POINTS = 100
#: Panels that wait for their data at the same time.
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the width of the grid, times, variables, the rows that a person folded or opened, and the open tabs.

    ``height`` is that of the screen below the head of the page, 0 if there is no screen. ``tabs`` has the slugs of those that
    are not the first, by the parameters that Grafana has for them in addresses.
    """

    width: float = USUAL_WIDTH
    start: str = ""
    end: str = ""
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    folded: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    tabs: Mapping[str, str] = field(default_factory=dict)
    height: float = 0

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> Asked:
        """Read the query of an address."""
        pairs = list(query)
        known = dict(pairs)
        variables: dict[str, list[str]] = {}
        for key, value in pairs:
            if key.startswith("var-"):
                variables.setdefault(key.removeprefix("var-"), []).append(value)
        width, height = known.get("width", ""), known.get("height", "")
        return cls(
            min(max(float(width), _NARROWEST), _WIDEST) if width.isdecimal() else USUAL_WIDTH,
            known.get("from", ""), known.get("to", ""), variables,
            frozenset(value for key, value in pairs if key == "folded"),
            frozenset(value for key, value in pairs if key == "open"),
            {key: value for key, value in pairs if key.endswith("dtab")},
            min(float(height), _WIDEST) if height.isdecimal() else 0,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A dashboard at certain times with certain values of its variables, ready to be drawn."""

    board: Board
    page: Page
    variables: Sequence[Variable]
    sections: Sequence[Block]
    links: Sequence[pages.Link]

    def title_of(self, holder: Item | Section) -> str:
        """Return the title of a panel or row with variables filled in."""
        source = holder.panel if isinstance(holder, Item) else mapping(holder.row)
        return _title(text(source.get("title")), {**self.page.values, **holder.scoped}, self.page)

    def links_of(self, item: Item) -> list[pages.Link]:
        """Return the links of a panel."""
        page = self.page
        fill = filler({**page.values, **item.scoped}, view_of({}, page.time, page.scrape, 1000), page.built_in)
        found = []
        for link in objects(item.panel.get("links")):
            if url := safe_url(fill(text(link.get("url")), address)):
                found.append(
                    pages.Link(
                        fill(text(link.get("title")), interpolate.shown) or url, url, link.get("targetBlank") is True
                    )
                )
        return found


def _title(written: str, values: Values, page: Page) -> str:
    return filler(values, view_of({}, page.time, page.scrape, 1000), page.built_in)(written, interpolate.shown)


def opened(
    board: Board, asked: Asked, data: DataSource, scrape: float, listed: Sequence[Listed], now: datetime | None = None
) -> Opened:
    """Open a dashboard: find the values of its variables, its annotations, and the places of its panels."""
    spec = board.spec
    zone = zone_of(spec)
    own = mapping(spec.get("time"))
    written = {"from": asked.start or own.get("from"), "to": asked.end or own.get("to")}
    time = time_range(written, now or datetime.now(UTC), zone)
    built_in = {
        "__dashboard": board.listed.title, "__org": "1", "__timezone": str(zone),
        "timeFilter": f"time >= {time.start:.0f}ms and time <= {time.end:.0f}ms",
    }  # fmt: skip
    view = view_of({}, time, scrape, max(1, round(asked.width)))
    times = interpolate.built_in(time.start / 1000, time.end / 1000, view.interval / 1000, scrape / 1000)
    variables, values = resolve(spec, asked.variables, data, view, {**built_in, **times})
    built_in["__all_variables"] = urlencode([(f"var-{one.name}", value) for one in variables for value in one.chosen])
    built_in["__url_time_range"] = urlencode([("from", f"{time.start:.0f}"), ("to", f"{time.end:.0f}")])
    marks = _annotations(spec, values, data, view_of({}, time, scrape, _ANNOTATION_POINTS), built_in)
    page = Page(spec, values, time, scrape, zone, marks, built_in, listed)
    each = repeating(variables, values)
    if mapping(spec.get("layout")):
        found = seen_blocks(page, each, Asking(data, view, asked.variables, {**built_in, **times}))
    else:
        found = [*sections(spec, each)]
    links = [_filled_link(link, values, page) for link in dashboard_links(spec, listed, asked, variables)]
    bar = VARIABLES if links or any(not one.hidden for one in variables) else 0
    laid = filled(arranged(found, asked.folded, asked.opened, asked.tabs), asked.width, asked.height - bar)
    return Opened(board, page, variables, laid, links)


def _filled_link(link: pages.Link, values: Values, page: Page) -> pages.Link:
    fill = filler(values, view_of({}, page.time, page.scrape, 1000), page.built_in)
    return link._replace(title=fill(link.title, interpolate.shown), url=safe_url(fill(link.url, address)))


def _annotations(
    spec: Mapping[str, Any], values: Values, data: DataSource, view: View, built_in: Mapping[str, str]
) -> list[Annotation]:
    fill = filler(values, view, built_in)
    found: list[Annotation] = []
    for entry in entries(dict(spec), "annotations"):
        if entry.get("enable") is False:
            continue
        with contextlib.suppress(DashkitError):  # the panels still show their data
            found += data.annotations(interpolate.filled(entry, lambda one: fill(one, interpolate.prometheus)), view)
    return found


def parts(shown: Opened, data: DataSource, width: float) -> Iterator[Mapping[str, Any]]:
    """Yield the frame of a dashboard, then its panels from the top, those in folded rows and other tabs left out."""
    yield {"kind": "frame", "html": pages.frame(shown)}
    yield from panels(shown, data, width)


def panels(
    shown: Opened, data: DataSource, width: float, prefix: str = "", *, every: bool = False
) -> Iterator[Mapping[str, Any]]:
    """Yield the panels of a dashboard that are not in folded rows or other tabs, or ``every`` one.

    ``prefix`` makes ids unique in a page.
    """
    items = list(sized(shown.sections, width, every=every))

    def part(place: tuple[Item, Size]) -> Mapping[str, Any]:
        item, size = place
        picture = drawn(item, shown.page, data, size)
        return {"kind": "panel", "key": item.key, **pages.panel(picture, f"{prefix}{item.key}")}

    yield from ordered_map(part, items, _WORKERS) if data.remote else map(part, items)


def dashboard_links(
    spec: Mapping[str, Any], listed: Sequence[Listed], asked: Asked, variables: Sequence[Variable]
) -> list[pages.Link]:
    """Return the links of a dashboard; those by tag lead to the dashboards that have all of the tags."""
    uid = text(spec.get("uid"))
    found: list[pages.Link] = []
    for link in objects(spec.get("links")):
        keep: list[tuple[str, str]] = []
        if link.get("keepTime") is True and asked.start:
            keep += [("from", asked.start), ("to", asked.end)]
        if link.get("includeVars") is True:
            keep += [(f"var-{one.name}", value) for one in variables for value in one.chosen]
        query = urlencode(keep)
        new_tab = link.get("targetBlank") is True
        if link.get("type") == "dashboards":
            tags = set(texts(link.get("tags")))
            others = [one for one in listed if tags <= set(one.tags) and one.uid != uid]
            links = [pages.Link(one.title, _with(f"/d/{quote(one.uid, safe='')}", query), new_tab) for one in others]
            if link.get("asDropdown") is True:
                found.append(pages.Link(text(link.get("title")) or "Dashboards", "", menu=links))
            else:
                found += links
        elif url := safe_url(text(link.get("url"))):
            found.append(pages.Link(text(link.get("title")) or url, _with(url, query), new_tab))
    return found


def _with(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
