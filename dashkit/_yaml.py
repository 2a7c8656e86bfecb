"""Read YAML by the safe loader, the one in C where PyYAML has it, which is ten times as fast.

An alias is the object itself once more, so that a text of a few lines can stand for a value without end. Whoever walks such a
value never comes back; so none is let in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

#: What reading a bad text raises. PyYAML lets the last two through: 2024-13-45, !!int "x", a thousand brackets.
ERRORS = (yaml.YAMLError, ValueError, RecursionError)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Values that a document may stand for, each counted as often as it is named.
MOST_VALUES = 1_000_000


def load(data: str | bytes) -> Any:
    """Return the value of a text with one document, None for an empty one.

    Raises:
        ERRORS: the text is not YAML, or has several documents; `reason` puts it into words.
    """
    found = list(documents(data))
    if len(found) > 1:
        raise yaml.MarkedYAMLError(problem="more than one document", problem_mark=found[1][0].start_mark)
    return found[0][1] if found else None


def documents(data: str | bytes) -> Iterator[tuple[yaml.Node, Any]]:
    """Each document, as nodes (which know their lines) and as a value. Errors as of `load`."""
    loader = LOADER(data)
    try:
        while loader.check_node():
            node = loader.get_node()
            _bounded(node)
            yield node, loader.construct_document(node)
    finally:
        loader.dispose()


def reason(error: Exception, place: str) -> tuple[str, str]:
    """Return what is wrong in a few words, and where: ``place``, with a line if one is known."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or error
    return f"not valid YAML: {problem}", f"{place}:{mark.line + 1}" if mark else place


def child(node: Any, key: str) -> Any:
    """Return the value of a key of a mapping node; None where there is no such key, or no mapping."""
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value == key:
            return value
    return None


def items(node: Any) -> list[Any]:
    """Return the nodes of a sequence node; none for another node."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def twice(node: yaml.Node) -> yaml.Node | None:
    """The first key of a mapping that stands there twice; the later one would win unseen."""
    waiting, looked_at = [node], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in looked_at:
            continue
        looked_at.add(id(here))
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
                raise yaml.MarkedYAMLError(problem="it contains itself, by an alias", problem_mark=node.start_mark)
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
            text = f"it stands for more than {MOST_VALUES:,} values"
            raise yaml.MarkedYAMLError(problem=text, problem_mark=node.start_mark)
