"""The layout of a v2 dashboard at certain times with certain values of its variables and certain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashkit._parallel import ordered_map
from dashkit.document.v2.settings import variables as classic_variables
from dashkit.lint.values import mapping
from dashkit.preview.draw import Page, filler, has_data, view_of
from dashkit.preview.dynamic.conditions import Seen, why_hidden
from dashkit.preview.dynamic.layout import Sight, blocks
from dashkit.preview.layout import Block, Item
from dashkit.preview.sources.port import DataSource, View
from dashkit.preview.variables import Variable, resolve_listed
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Values

#: Panels that wait for their data at the same time.
_WORKERS = 4


class Asking(NamedTuple):
    """Where the values of a row's or tab's own variables come from, and what a person chose of them."""

    data: DataSource
    view: View
    wanted: Mapping[str, Sequence[str]]
    built_in: Mapping[str, str]


def seen_blocks(page: Page, each: Values, asking: Asking) -> list[Block]:
    """Return the layout of a dashboard; ``each`` are its variables with the values that things repeat for."""
    unknown: dict[str, Item] = {}
    found = _blocks(page, each, asking, {}, unknown)
    if not unknown:
        return found
    # What depends on the data of a panel is decided once they have been asked.
    known = ordered_map(
        lambda item: has_data(item, page, asking.data), unknown.values(), _WORKERS if asking.data.remote else 1
    )
    return _blocks(page, each, asking, dict(zip(unknown, known, strict=True)), {})


def _blocks(
    page: Page, each: Values, asking: Asking, known: Mapping[str, bool], unknown: dict[str, Item]
) -> list[Block]:
    """Return the layout as far as data is ``known``, by the keys of panels, and put the panels into ``unknown`` that matter."""
    view = view_of({}, page.time, page.scrape, 1000)

    def name(title: str, values: Values) -> str:
        return filler({**page.values, **values}, view, page.built_in)(title, interpolate.glob)

    def hidden(group: object, values: Values, item: Item | None) -> str:
        def finds() -> bool | None:
            if item is not None and item.key not in known:
                unknown[item.key] = item
            return known.get(item.key) if item else None

        return why_hidden(group, Seen(values, page.time, finds))

    def own(listed: Sequence[Any], values: Values) -> tuple[Sequence[Variable], Values]:
        classic = classic_variables({"variables": list(listed)})
        if not classic:
            return (), {}
        return resolve_listed(classic, asking.wanted, asking.data, asking.view, asking.built_in, values)

    sight = Sight(mapping(page.spec.get("elements")), name, hidden, own)
    return blocks(mapping(page.spec.get("layout")), each, sight)
