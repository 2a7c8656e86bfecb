"""Changes of dashboards with the ways to make them, and what tells them apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from dashkit.absorb.changes import Argument, Change, Kind, Listed
from dashkit.absorb.edits import Edit, Kept
from dashkit.absorb.placing import Misplaced
from dashkit.absorb.site import Part
from dashkit.absorb.values import ABSENT, Edits
from dashkit.importer.code import expression

Key = tuple[str, str, str]
"""The uid of a dashboard, what of it, and which argument or list."""


@dataclass(slots=True)
class Wish:
    """A change, and the ways to make it that are left."""

    uid: str
    key: Key
    change: Change | Misplaced | None
    ways: list[Edits] = field(default_factory=list)
    at: int = 0
    #: From this way on, the panel is written anew.
    anew: int | None = None

    @property
    def edits(self) -> Edits:
        return self.ways[self.at] if self.at < len(self.ways) else ()


def distinct(found: Iterator[Edits]) -> list[Edits]:
    """Return ways that differ."""
    known: dict[tuple[str, ...], Edits] = {}
    for one in found:
        known.setdefault(tuple(map(fingerprint, one)), one)
    return list(known.values())


def fingerprint(edit: Edit) -> str:
    """Return a text that is the same for edits that do the same."""
    told = [_told(getattr(edit, one.name)) for one in fields(edit) if one.name != "source"]
    return repr((type(edit).__name__, edit.source.path, told))


def _told(value: Any) -> Any:
    """Return a value by which edits are told apart: a node of a tree by its identity."""
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    if isinstance(value, Kept):
        return id(value.node)
    if isinstance(value, frozenset):
        return sorted(value)
    return id(value) if isinstance(value, ast.AST) else value


def is_amiss(wish: Wish, missing: set[Key]) -> bool:
    """Return whether another way is needed: a panel that is written anew may need a word about its place, too."""
    written_anew = wish.anew is not None and wish.at >= wish.anew
    return wish.key in missing or (written_anew and (wish.uid, "layout", "") in missing)


def key_of(uid: str, change: Change) -> Key:
    """Return what a change is about. A document that lacks it has the same key."""
    if isinstance(change, Kind):
        return uid, change.part[1], "kind"
    if isinstance(change, Listed):
        return uid, "dashboard", change.name
    return uid, change.part[1], change.name


def part_of(wish: Wish) -> Part:
    """Return what a change is part of."""
    return wish.change.part if isinstance(wish.change, Argument | Kind | Listed) else (wish.uid, "layout")


def sameness(change: Change | Misplaced | None) -> str:
    """Return a text that is equal for changes that are alike, perhaps of several dashboards."""
    if isinstance(change, Argument):
        told = [change.name, *(repr(one) if one is ABSENT else expression(one) for one in (change.old, change.new))]
        return repr((change.part[1].partition(" ")[0], told))
    if isinstance(change, Kind):
        return repr(("kind", expression(change.old), expression(change.new)))
    return repr(id(change))


def said_of(change: Argument | Kind) -> str:
    """Return the name of what a change is about, for people."""
    return "kind" if isinstance(change, Kind) else "queries" if change.name == "*" else change.name
