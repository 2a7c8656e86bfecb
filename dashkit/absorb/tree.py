"""Where the panels of a dashboard stand in the code: rows, grids, and what makes several of them at once."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashkit.absorb.lists import literals
from dashkit.absorb.site import Site
from dashkit.absorb.source import Container, Source
from dashkit.absorb.traced import Dashboard, Record, Ref, refs
from dashkit.absorb.ways import Code


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """What stands in a row or a grid as one expression.

    Attributes:
        node: the expression; None if it cannot be told apart from others.
        ids: the panels that it makes, in order.
        record: the number of the call that made it; None if it is not one call of a helper.
        grid: what stands in it, if it is a grid.
    """

    node: ast.expr | None
    ids: tuple[int, ...]
    record: int | None = None
    grid: Holder | None = None

    @property
    def single(self) -> bool:
        """Whether it is one panel."""
        return self.grid is None and len(self.ids) == 1 and self.record is not None


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """The code that holds elements.

    Attributes:
        record: the number of the call of `row` or `grid`; of `new_dashboard` for what stands above the rows.
        nodes: all expressions of the container that stand for elements.
        alone: whether the code makes nothing else.
    """

    source: Source
    container: Container
    nodes: Sequence[ast.expr]
    elements: tuple[Element, ...]
    record: int
    alone: bool
    #: Where its elements begin among the expressions.
    begin: int = 0

    def place(self, element: Element) -> int | None:
        """Return which of the expressions an element is."""
        return next((index for index, node in enumerate(self.nodes) if node is element.node), None)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A dashboard in the code.

    Attributes:
        top: the list of what stands on it; None if it is not in the code as a list.
        rows: by the id of the row; 0 for what stands above the first one, and the negative id of a row for what stands below
            it and not in it. A row that is not found has none.
        row_elements: the elements of ``top`` that make rows, by the id of the row.
    """

    top: Holder | None
    rows: dict[int, Holder]
    row_elements: dict[int, Element]


#: The helpers that hold others, and how many arguments stand before those.
FIXED = {"row": 1, "grid": 1, "tab": 1, "tabs": 0, "auto_grid": 0}


def tree(dashboard: Dashboard, project: Code) -> Tree:
    """Find the rows and the panels of a dashboard in the code."""
    return Finder(dashboard, project).tree()


class Finder:
    """Finds the code of what a dashboard consists of."""

    def __init__(self, dashboard: Dashboard, project: Code) -> None:
        self._uid, self._project = dashboard.uid, project
        self._records = project.traced.records
        self._ids: dict[int, list[int]] = defaultdict(list)
        for number, record in dashboard.panels.items():
            self._ids[record].append(number)
        self._calls = Counter((one.helper, one.frames[0].span) for one in self._records.values() if one.frames)

    def tree(self) -> Tree:
        top, elements = self.top()
        rows, row_elements = dict[int, Holder](), dict[int, Element]()
        loose: dict[int, list[Element]] = {0: []}
        row = 0
        for element in elements:
            made = self._records.get(element.record) if element.record is not None else None
            if made is not None and made.helper == "row" and self._ids.get(made.number):
                row = self._ids[made.number][0]
                row_elements[row] = element
                loose[-row] = []
                if (holder := self.holder(made)) is not None:
                    rows[row] = holder
            else:
                loose[-row].append(element)
        for number, found in loose.items():
            if top is not None and (found or not number):
                places = [place for element in found if (place := top.place(element)) is not None]
                rows[number] = replace(top, elements=tuple(found), begin=min(places, default=0))
        return Tree(top, rows, row_elements)

    def top(self) -> tuple[Holder | None, tuple[Element, ...]]:
        """Return the list of what stands on the dashboard, as far as it is in the code, and what stands there."""
        record = self._project.traced.record_of(self._uid)
        if record is None:
            return None, ()
        values = record.named.get("panels")
        values = values if isinstance(values, list) else [values]
        site = self._project.site(record.number, frozenset({(self._uid, "dashboard")}))
        top = next(
            (self._top(place, node, values, record) for place, node in (literals(site, "panels") if site else ())), None
        )
        return top, top.elements if top else tuple(self._elements([None] * len(values), values))

    def _top(self, site: Site, node: ast.List | ast.Tuple, values: list[Any], record: Record) -> Holder:
        return Holder(site.source, node, node.elts, tuple(self._elements(node.elts, values)), record.number, site.alone)

    def helper(self, element: Element) -> str:
        """Return the helper that made an element; empty if it is not one call of a helper."""
        return self._records[element.record].helper if element.record is not None else ""

    def holder_of(self, element: Element) -> Holder | None:
        """Return the call that made an element, with what is in it."""
        return self.holder(self._records[element.record]) if self.helper(element) in FIXED else None  # type: ignore[index]

    def holder(self, record: Record) -> Holder | None:
        """Return a call of a helper that holds others."""
        fixed = FIXED[record.helper]
        source = self._project.read(record.frames[0].code.file) if record.frames else None
        call = source.call_at(record.frames[0].span) if source is not None else None
        if source is None or call is None or any(isinstance(one, ast.Starred) for one in call.args[:fixed]):
            return None
        nodes, values = call.args[fixed:], list(record.positional[fixed:])
        alone = self._calls[record.helper, record.frames[0].span] == 1
        return Holder(source, call, nodes, tuple(self._elements(nodes, values)), record.number, alone)

    def _elements(self, nodes: Sequence[ast.expr | None], values: list[Any]) -> Iterator[Element]:
        for node, found in _aligned(nodes, values):
            yield self._element(node, found)

    def _element(self, node: ast.expr | None, values: list[Any]) -> Element:
        ids = tuple(self._all(values))
        if len(values) == 1 and isinstance(values[0], Ref):
            record = self._records[values[0].number]
            grid = self.holder(record) if record.helper == "grid" else None
            return Element(node, ids, record.number, grid)
        return Element(node, ids)

    def _all(self, value: Any) -> Iterator[int]:
        """Yield the ids of all panels in a value, without those of rows."""
        for number in refs(value):
            record = self._records[number]
            if record.helper in FIXED:
                yield from self._all(list(record.positional[FIXED[record.helper] :]))
            else:
                yield from self._ids.get(number, ())


def _aligned(nodes: Sequence[ast.expr | None], values: list[Any]) -> Iterator[tuple[ast.expr | None, list[Any]]]:
    """Yield each expression with the values that it gave. One with a star may have given any number."""
    stars = [index for index, node in enumerate(nodes) if isinstance(node, ast.Starred)]
    if len(stars) > 1 or (not stars and len(nodes) != len(values)) or len(values) < len(nodes) - len(stars):
        yield None, values
        return
    if not stars:
        yield from ((node, [value]) for node, value in zip(nodes, values, strict=True))
        return
    (star,) = stars
    after = len(nodes) - star - 1
    yield from ((node, [value]) for node, value in zip(nodes[:star], values, strict=False))
    yield nodes[star], values[star : len(values) - after]
    if after:
        yield from ((node, [value]) for node, value in zip(nodes[star + 1 :], values[-after:], strict=True))
