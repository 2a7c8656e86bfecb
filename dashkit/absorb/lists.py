"""Lists in the code: which element made what, and how to put others into another order."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from dashkit.absorb.edits import Code, Drop, Edit, Insert, Kept, Remove
from dashkit.absorb.site import Site, argument
from dashkit.absorb.source import Assigned, Container, Parameter, Source
from dashkit.absorb.traced import Record

#: An element that was there before, by its number, or the code of a new one.
Wanted = int | Code


def literals(site: Site, name: str) -> Iterator[tuple[Site, ast.List | ast.Tuple]]:
    """Yield the lists in the code that are given for a parameter: by this call, then by the calls around it."""
    call = site.call
    if call is not None and (node := argument(call, site.callee, name)) is not None:
        yield from _literal(site, node, name)
    outer = site.outer
    if outer is not None and outer.callee.takes(name):
        yield from literals(outer, name)


def _literal(site: Site, node: ast.expr, name: str) -> Iterator[tuple[Site, ast.List | ast.Tuple]]:
    if isinstance(node, ast.List | ast.Tuple):
        yield site, node
    elif isinstance(node, ast.Name):
        bound = site.source.binding(node)
        if isinstance(bound, Assigned) and bound.uses == 1:
            yield from _literal(site, bound.value, name)
        elif isinstance(bound, Parameter) and bound.name != name and site.outer is not None:
            yield from literals(site.outer, bound.name)


def holder(source: Source, nodes: Sequence[ast.expr], record: Record) -> int | None:
    """Return which of the elements made what a record is about; None if none of them did."""
    spans = [frame.span for frame in record.frames if frame.code.file == source.path]
    places = [(source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)) for span in spans]
    for index, node in enumerate(nodes):
        start, end = source.range(_stands_for(source, node))
        if any(start <= low and high <= end for low, high in places):
            return index
    return None


def _stands_for(source: Source, node: ast.expr) -> ast.expr:
    """Return the expression that a name is assigned; another expression as it is."""
    bound = source.binding(node) if isinstance(node, ast.Name) else None
    return bound.value if isinstance(bound, Assigned) else node


def ordered(
    source: Source,
    container: Container,
    nodes: Sequence[ast.expr],
    there: Mapping[int, int],
    wanted: Sequence[Wanted],
    elsewhere: frozenset[int] = frozenset(),
    begin: int = 0,
) -> tuple[Edit, ...] | None:
    """Return the edits that bring the elements of a list into an order; None if one of them cannot be moved.

    Args:
        nodes: all elements of the container.
        there: by the number of what was there before, the place of its element in ``nodes``.
        wanted: what there is now. What is in no element here is passed over: it comes from elsewhere.
        elsewhere: what leaves this list for another one.
        begin: the place of the first one, where more than these stands in the container.
    """
    stay = _in_order([one for one in wanted if isinstance(one, int) and one in there], there)
    edits: list[Edit] = []
    last: int | None = None
    waiting: list[Code] = []
    for one in wanted:
        if isinstance(one, int) and one not in there:
            continue
        if isinstance(one, int) and one in stay:
            before = nodes[there[one]]
            edits += [Insert(source, container, before, code) for code in waiting]
            waiting, last = [], there[one]
            continue
        code: Code = (Kept(nodes[there[one]]),) if isinstance(one, int) else one
        if last is None:
            waiting.append(code)
        else:
            following = nodes[last + 1] if last + 1 < len(nodes) else None
            edits.append(Insert(source, container, following, code))
    first = nodes[begin] if begin < len(nodes) else None
    edits += [Insert(source, container, first, code) for code in waiting]
    for number, place in there.items():
        if number not in wanted and number not in elsewhere:
            edits += removed(source, container, nodes[place])
        elif number not in stay:
            edits.append(Remove(source, container, nodes[place]))
    return tuple(edits)


def removed(source: Source, container: Container, node: ast.expr) -> Iterator[Edit]:
    """Yield the edits that leave an element out, and what only it needs."""
    yield Remove(source, container, node)
    bound = source.binding(node) if isinstance(node, ast.Name) else None
    if isinstance(bound, Assigned) and bound.uses == 1 and _alone(bound):
        yield Drop(source, bound.statement)


def _alone(bound: Assigned) -> bool:
    """Return whether a statement assigns nothing else."""
    targets = bound.statement.targets if isinstance(bound.statement, ast.Assign) else []
    return len(targets) == 1 and isinstance(targets[0], ast.Name)


def _in_order(numbers: Sequence[int], there: Mapping[int, int]) -> set[int]:
    """Return the most of the elements that can stay where they are: their places rise."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for number in numbers:
        at = bisect_left(tails, there[number])
        chain = [*(chains[at - 1] if at else []), number]
        tails[at : at + 1] = [there[number]]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()
