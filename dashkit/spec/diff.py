"""What changed between two dashboards, in the words of the person who reads it: panels, queries, variables, settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit import _json
from dashkit.spec.compare import content

#: Of one panel's options so many are told one by one.
_MOST_LEAVES = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan. ``what`` names the thing (``panel 'Latency'``), ``how`` what happened to it.

    ``old`` and ``new`` are the values, where showing them helps; ``sign`` is ``+``, ``-`` or ``~``.
    """

    sign: str
    what: str
    how: str
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        return f"{self.what} {self.how}" if self.how else self.what


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The changes that lead from ``old`` to ``new``; empty for two documents of the same content."""
    before, after = content(old), content(new)
    if _json.compact(before) == _json.compact(after):
        return []
    found = list(_settings(before, after))
    found += _named(before, after, "templating", "variable")
    found += _named(before, after, "annotations", "annotation")
    found += _links(before, after)
    found += _panels(before, after)
    # Queries in another order, two things of one name: different all the same, and never to be called equal.
    return found or [Change("~", "document", "differs in details (--full shows them)")]


def _settings(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    structured = ("panels", "templating", "annotations", "links", "tags", "uid")
    for key in sorted((before.keys() | after.keys()) - set(structured)):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Change("~", f"setting {key}", f"{_short(old)} -> {_short(new)}", old, new)
    old_tags, new_tags = set(before.get("tags") or ()), set(after.get("tags") or ())
    if old_tags != new_tags:
        parts = [f"+{tag}" for tag in sorted(new_tags - old_tags)] + [f"-{tag}" for tag in sorted(old_tags - new_tags)]
        yield Change("~", "tags", " ".join(parts), sorted(old_tags), sorted(new_tags))


def _named(before: dict[str, Any], after: dict[str, Any], key: str, word: str) -> Iterator[Change]:
    old = {entry.get("name"): entry for entry in (before.get(key) or {}).get("list") or ()}
    new = {entry.get("name"): entry for entry in (after.get(key) or {}).get("list") or ()}
    for name in old.keys() - new.keys():
        yield Change("-", f"{word} {name!r}", "removed")
    for name, entry in new.items():
        if name not in old:
            yield Change("+", f"{word} {name!r}", "added")
        elif entry != old[name]:
            yield from leaves(f"{word} {name!r}", old[name], entry)
    common = [name for name in new if name in old]
    if common != [name for name in old if name in new]:
        yield Change("~", f"{word}s", f"reordered: {', '.join(map(str, common))}")


def _links(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    old, new = before.get("links") or [], after.get("links") or []
    for sign, how, entries, others in (("-", "removed", old, new), ("+", "added", new, old)):
        for link in entries:
            if link not in others:
                yield Change(sign, f"link {link.get('title') or link.get('url') or link.get('type')!r}", how)
    if old != new and sorted(map(_json.compact, old)) == sorted(map(_json.compact, new)):
        yield Change("~", "links", "reordered")


def _panels(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    old, new = _by_id(before), _by_id(after)
    pairs = [(old[key], new[key]) for key in new if key in old]
    gone = [old[key] for key in old if key not in new]
    fresh = [new[key] for key in new if key not in old]
    pairs += _renamed(gone, fresh)
    for panel, row in gone:
        yield Change("-", _name(panel), f"removed{_in_row(row)}")
    for panel, row in fresh:
        yield Change("+", _name(panel), f"added{_in_row(row)}")
    moves: list[tuple[dict[str, Any], int, int, str, str]] = []
    for (old_panel, old_row), (new_panel, new_row) in pairs:
        moves += _moved(old_panel, new_panel, old_row, new_row)
        yield from _panel(old_panel, new_panel)
    yield from _moves(moves)


Placed = tuple[dict[str, Any], str]


def _by_id(spec: dict[str, Any]) -> dict[Any, Placed]:
    result: dict[Any, Placed] = {}
    row = ""
    for panel in spec.get("panels") or ():
        if panel.get("type") == "row":
            row = panel.get("title") or ""
            result[panel.get("id")] = ({key: v for key, v in panel.items() if key != "panels"}, "")
            for nested in panel.get("panels") or ():
                result[nested.get("id")] = (nested, row)
        else:
            result[panel.get("id")] = (panel, row)
    return result


def _renamed(gone: list[Placed], fresh: list[Placed]) -> list[tuple[Placed, Placed]]:
    """A derived id changes with the title; the same type with the same queries is the same panel by another name."""
    pairs = []
    for candidate in list(fresh):
        for other in gone:
            if _alike(other[0], candidate[0]):
                pairs.append((other, candidate))
                gone.remove(other)
                fresh.remove(candidate)
                break
    return pairs


def _alike(first: dict[str, Any], second: dict[str, Any]) -> bool:
    if first.get("type") != second.get("type"):
        return False
    if first.get("title") == second.get("title"):
        return True
    return bool(first.get("targets")) and first.get("targets") == second.get("targets")


def _moved(
    old: dict[str, Any], new: dict[str, Any], old_row: str, new_row: str
) -> Iterator[tuple[dict[str, Any], int, int, str, str]]:
    before, after = old.get("gridPos") or {}, new.get("gridPos") or {}
    down, right = after.get("y", 0) - before.get("y", 0), after.get("x", 0) - before.get("x", 0)
    if down or right or old_row != new_row:
        yield new, down, right, old_row, new_row


def _moves(moves: list[tuple[dict[str, Any], int, int, str, str]]) -> Iterator[Change]:
    """Panels that only shifted together, as those below an insertion do, are one line."""
    shifts = Counter(down for _, down, right, old_row, new_row in moves if not right and old_row == new_row)
    for panel, down, right, old_row, new_row in moves:
        together = not right and old_row == new_row and shifts[down] > 2
        if not together:
            across = f" to row {new_row!r}" if old_row != new_row else ""
            yield Change("~", _name(panel), f"moved{across}{_way(down, 'down', 'up')}{_way(right, 'right', 'left')}")
    for down, count in shifts.items():
        if count > 2:
            yield Change("~", f"{count} panels", f"moved{_way(down, 'down', 'up')} together")


def _way(distance: int, forward: str, back: str) -> str:
    return f" {forward if distance > 0 else back} by {abs(distance)}" if distance else ""


def _panel(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    name = _name(new)
    renumbered = ", and its id changes: links to it break (a `key` keeps it)" if old.get("id") != new.get("id") else ""
    if old.get("title") != new.get("title"):
        how = f"renamed to {new.get('title', '')!r}{renumbered}"
        yield Change("~", _name(old), how, old.get("title"), new.get("title"))
    elif renumbered:
        yield Change("~", name, f"keeps its title{renumbered}", old.get("id"), new.get("id"))
    before, after = old.get("gridPos") or {}, new.get("gridPos") or {}
    size = [(spot.get("w", 6), spot.get("h", 3)) for spot in (before, after)]
    if size[0] != size[1]:
        yield Change("~", name, f"resized {size[0][0]}x{size[0][1]} -> {size[1][0]}x{size[1][1]}")
    yield from _targets(name, old.get("targets") or [], new.get("targets") or [])
    apart = ("id", "title", "gridPos", "targets")
    rest = [{key: value for key, value in panel.items() if key not in apart} for panel in (old, new)]
    yield from leaves(name, rest[0], rest[1])


def _targets(name: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before = {target.get("refId"): target for target in old if isinstance(target, dict)}
    after = {target.get("refId"): target for target in new if isinstance(target, dict)}
    for ref in before.keys() - after.keys():
        yield Change("-", name, f"query {ref} removed", _query(before[ref]))
    for ref, target in after.items():
        if ref not in before:
            yield Change("+", name, f"query {ref} added", None, _query(target))
        elif target != before[ref]:
            if _query(target) != _query(before[ref]):
                yield Change("~", name, f"query {ref} changed", _query(before[ref]), _query(target))
            rest = [{k: v for k, v in t.items() if k not in ("expr", "query", "rawSql")} for t in (before[ref], target)]
            yield from leaves(f"{name} query {ref}", rest[0], rest[1])


def _query(target: dict[str, Any]) -> Any:
    return target.get("expr") or target.get("rawSql") or target.get("query")


def leaves(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Changes of any two objects, by path; the first few, then how many more."""
    found = list(_leaf_changes(old, new, ""))
    for sign, path, before, after in found[:_MOST_LEAVES]:
        if sign == "~":
            how = f"{path}: {_short(before)} -> {_short(after)}"
        else:
            how = f"{path}: {_short(after)} added" if sign == "+" else f"{path}: {_short(before)} removed"
        yield Change(sign, what, how, before, after)
    if len(found) > _MOST_LEAVES:
        yield Change("~", what, f"and {len(found) - _MOST_LEAVES} more options")


def _leaf_changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            below = f"{path}.{key}" if path else key
            if key not in old:
                yield "+", below, None, new[key]
            elif key not in new:
                yield "-", below, old[key], None
            elif old[key] != new[key]:
                yield from _leaf_changes(old[key], new[key], below)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and old and isinstance(old[0], dict):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                yield from _leaf_changes(before, after, f"{path}[{index}]")
    else:
        yield "~", path, old, new


def _name(panel: dict[str, Any]) -> str:
    word = "row" if panel.get("type") == "row" else "panel"
    return f"{word} {panel['title']!r}" if panel.get("title") else f"untitled {panel.get('type', 'panel')}"


def _in_row(row: str) -> str:
    return f" (row {row!r})" if row else ""


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else _json.compact(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}..."
