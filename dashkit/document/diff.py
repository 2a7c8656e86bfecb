"""The changes between two dashboards, in terms of panels, queries, variables and settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashkit import _json
from dashkit.document.compare import alike, content
from dashkit.document.walk import Placed, entries, panels, settings

#: At most this many changed options of a panel are listed one by one.
_MOST_LEAVES = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan. ``what`` names the thing (``panel 'Latency'``), ``how`` says what happened to it.

    ``sign`` is ``+``, ``-`` or ``~``. ``old`` and ``new`` are the values, if showing them helps.
    """

    sign: str
    what: str
    how: str
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        return f"{self.what} {self.how}" if self.how else self.what


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return the changes that lead from ``old`` to ``new``, or nothing if both have the same content."""
    try:
        found = _changes(*alike(old, new))
    except (TypeError, ValueError, LookupError, AttributeError):  # shaped in a way that nothing is known about
        found = [] if _json.compact(old) == _json.compact(new) else None
    # Queries in another order, or two things with one name: still different, so never report them as equal.
    return [Change("~", "document", "differs in details (--full shows them)")] if found is None else found


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change] | None:
    """Return the changes; None if the content differs in what is no change of its own."""
    before, after = content(old), content(new)
    if _json.compact(before) == _json.compact(after):
        return []
    found = list(_settings(before, after))
    found += _named(before, after, "templating", "variable")
    found += _named(before, after, "annotations", "annotation")
    found += _links(before, after)
    found += _panels(before, after)
    return found or None


def _settings(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    before, after = settings(before), settings(after)
    for key in sorted((before.keys() | after.keys()) - {"links", "tags", "uid"}):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Change("~", f"setting {key}", f"{_short(old)} -> {_short(new)}", old, new)
    old_tags, new_tags = set(before.get("tags") or ()), set(after.get("tags") or ())
    if old_tags != new_tags:
        parts = [f"+{tag}" for tag in sorted(new_tags - old_tags)] + [f"-{tag}" for tag in sorted(old_tags - new_tags)]
        yield Change("~", "tags", " ".join(parts), sorted(old_tags), sorted(new_tags))


def _named(before: dict[str, Any], after: dict[str, Any], key: str, word: str) -> Iterator[Change]:
    old, new = ({entry.get("name"): entry for entry in entries(spec, key)} for spec in (before, after))
    for name in old:
        if name not in new:
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
    old, new = ([link for link in side.get("links") or [] if isinstance(link, dict)] for side in (before, after))
    for sign, how, links, others in (("-", "removed", old, new), ("+", "added", new, old)):
        for link in links:
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
    for sign, how, found in (("-", "removed", gone), ("+", "added", fresh)):
        for placed in found:
            yield Change(sign, _name(placed.panel), how + (f" ({placed.where})" if placed.where else ""))
    groups = {_name(first.panel): (first.around, second.around) for first, second in pairs if "tab" in second.panel}
    moves = []
    for first, second in pairs:
        moves.append(_moved(first, second, groups))
        yield from _panel(first.panel, second.panel)
    yield from _moves(moves)


def _by_id(spec: dict[str, Any]) -> dict[Any, Placed]:
    return {_key(placed): placed for placed in panels({key: value for key, value in spec.items() if key != "rows"})}


def _key(placed: Placed) -> Any:
    """Return what makes it the same panel: its id, the name of an element, the title and place of a row or tab of v2."""
    panel = placed.panel
    if "element" in panel:
        return "element", panel["element"]
    return ("group", *placed.around, str(panel.get("title"))) if "tab" in panel else panel.get("id")


def _renamed(gone: list[Placed], fresh: list[Placed]) -> list[tuple[Placed, Placed]]:
    """Take renamed panels out of both lists and return them in pairs.

    A derived id changes with the title. A panel of the same type with the same queries is the same panel, renamed.
    """
    pairs = []
    for candidate in list(fresh):
        for other in gone:
            if _alike(other.panel, candidate.panel):
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


class _Move(NamedTuple):
    panel: dict[str, Any]
    down: int
    right: int
    to_row: str


_Groups = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""What is around each row and tab of v2 before and after, by its name."""


def _moved(old: Placed, new: Placed, groups: _Groups) -> _Move:
    # What moves with the row or tab that it is in has not moved by itself.
    inside = new.around[-1] if new.around else ""
    along = inside in groups and (old.around, new.around) == tuple((*path, inside) for path in groups[inside])
    before, after = old.panel.get("gridPos") or {}, new.panel.get("gridPos") or {}
    down, right = after.get("y", 0) - before.get("y", 0), after.get("x", 0) - before.get("x", 0)
    return _Move(
        new.panel, down, right, f" to {new.where or 'the top'}" if old.around != new.around and not along else ""
    )


def _moves(moves: list[_Move]) -> Iterator[Change]:
    """Yield one line for panels that only shifted together, as those below an insertion do, and one for each other move."""
    shifts = Counter(move.down for move in moves if not move.right and not move.to_row)
    for panel, down, right, to_row in moves:
        if right or to_row or (down and shifts[down] <= 2):
            yield Change("~", _name(panel), f"moved{to_row}{_way(down, 'down', 'up')}{_way(right, 'right', 'left')}")
    for down, count in shifts.items():
        if down and count > 2:
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
    places = (old.get("gridPos") or {}, new.get("gridPos") or {})
    before, after = (f"{place.get('w', 6)}x{place.get('h', 3)}" for place in places)
    if before != after:
        yield Change("~", name, f"resized {before} -> {after}")
    yield from _targets(name, old.get("targets") or [], new.get("targets") or [])
    apart = ["id", "title", "gridPos", "targets", "element", "tab", *(["panels"] if new.get("type") == "row" else ())]
    yield from leaves(name, *({key: value for key, value in panel.items() if key not in apart} for panel in (old, new)))


def _targets(name: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before = {target.get("refId"): target for target in old if isinstance(target, dict)}
    after = {target.get("refId"): target for target in new if isinstance(target, dict)}
    for ref, target in before.items():
        if ref not in after:
            yield Change("-", name, f"query {ref} removed", _query(target))
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
    """Yield the changes between any two objects, by path: the first few, then the number of the others."""
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
    word = "tab" if panel.get("tab") else "row" if panel.get("type") == "row" else "panel"
    return f"{word} {panel['title']!r}" if panel.get("title") else f"untitled {panel.get('type', 'panel')}"


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else _json.compact(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}..."
