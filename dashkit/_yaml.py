"""Read YAML with the safe loader: the C one if PyYAML has it, which is ten times as fast.

An alias refers to the same object again, so a few lines can expand to an enormous or even infinite value. Code that walks such
a value would never return, so it is rejected here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

#: What reading a bad text raises. The last two escape from PyYAML for 2024-13-45, !!int "x" or a thousand brackets.
ERRORS = (yaml.YAMLError, ValueError, RecursionError)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: How many values a document may expand to; each counts as often as it is referenced.
MOST_VALUES = 1_000_000


def load(data: str | bytes) -> Any:
    """Return the value of a text with one document, None if it is empty.

    Raises:
        ERRORS: the text is not YAML, or has several documents; `reason` turns this into a message.
    """
    found = list(documents(data))
    if len(found) > 1:
        raise yaml.MarkedYAMLError(problem="more than one document", problem_mark=found[1][0].start_mark)
    return found[0][1] if found else None


def documents(data: str | bytes) -> Iterator[tuple[yaml.Node, Any]]:
    """Yield each document as nodes, which know their lines, and as a value. Errors as for `load`."""
    loader = LOADER(data)
    try:
        while loader.check_node():
            node = loader.get_node()
            _bounded(node)
            yield node, loader.construct_document(node)
    finally:
        loader.dispose()


def reason(error: Exception, place: str) -> tuple[str, str]:
    """Return a message, and ``place`` with the line of the error if it is known."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or error
    return f"not valid YAML: {problem}", f"{place}:{mark.line + 1}" if mark else place


def child(node: Any, key: str) -> Any:
    """Return the value node of a key of a mapping node; None if it has no such key or is not a mapping."""
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value == key:
            return value
    return None


def items(node: Any) -> list[Any]:
    """Return the nodes of a sequence node; none for any other node."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def duplicate_key(node: yaml.Node) -> yaml.Node | None:
    """Return the first duplicate key in any mapping; YAML would silently keep the later one."""
    waiting, visited = [node], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in visited:
            continue
        visited.add(id(here))
        if isinstance(here, yaml.MappingNode):
            seen: set[tuple[str, str]] = set()
            for key, _ in here.value:
                if isinstance(key, yaml.ScalarNode):
                    if (key.tag, key.value) in seen:
                        return key
                    seen.add((key.tag, key.value))
        waiting += reversed(_inside(here))
    return None


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return items(node)


def _bounded(root: yaml.Node) -> None:
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, counted = waiting.pop()
        inside = _inside(node)
        if not counted:
            if id(node) in sizes:
                continue
            if id(node) in open_nodes:
                raise yaml.MarkedYAMLError(problem="it contains itself through an alias", problem_mark=node.start_mark)
            if not inside:
                sizes[id(node)] = 1
                continue
            open_nodes.add(id(node))
            waiting.append((node, True))
            waiting += [(part, False) for part in inside if id(part) not in sizes]
            continue
        open_nodes.discard(id(node))
        sizes[id(node)] = 1 + sum(sizes[id(part)] for part in inside)
        if sizes[id(node)] > MOST_VALUES:
            text = f"it expands to more than {MOST_VALUES:,} values"
            raise yaml.MarkedYAMLError(problem=text, problem_mark=node.start_mark)
