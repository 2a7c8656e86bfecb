"""The ways to make a change in the code, the one that a person would take first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.absorb.boards import PLACES
from dashkit.absorb.changes import Change, Kind, Listed
from dashkit.absorb.edits import Add, Edit, Kept, Remove, Replace
from dashkit.absorb.lists import holder, literals, ordered
from dashkit.absorb.reshape import given
from dashkit.absorb.site import Part, Site, argument
from dashkit.absorb.source import Source
from dashkit.absorb.traced import Ref, Traced
from dashkit.absorb.values import ABSENT, Edits, code, named, same, using
from dashkit.authoring.arguments import Values, arguments_of
from dashkit.authoring.call import Call
from dashkit.authoring.panels import KINDS


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a project: what it makes, and its files."""

    traced: Traced
    read: Callable[[str], Source]

    def site(self, record: int | None, alike: frozenset[Part]) -> Site | None:
        """Return where a call stands; None if it is not known."""
        found = self.traced.records.get(record) if record is not None else None
        return Site(self.traced, found, self.read, alike) if found is not None and found.frames else None


def ways(change: Change, alike: frozenset[Part], project: Code) -> Iterator[Edits]:
    """Yield ways to make a change.

    Args:
        alike: what changes in the same way, so that code that makes several things may be changed.
    """
    if isinstance(change, Listed):
        yield from _list(change, alike, project)
        return
    site = project.site(change.record, alike)
    if site is None:
        return
    if isinstance(change, Kind):
        yield from _kind(change, site)
        return
    found = given(site, change.name, change.old, change.new)
    # What a panel is called here is for the dashboard to say, not for a function that others may call, too.
    yield from reversed(list(found)) if change.name == "key" else found
    if change.new is ABSENT and change.name != "key":
        # Where a function sets it, only the default itself says that it is not wanted.
        yield from given(site, change.name, change.old, _default(site.record.helper, change.name))


def _default(helper: str, name: str) -> Any:
    kind = KINDS.get(helper)
    if kind is None or name not in arguments_of(kind.table):
        return None
    default = Values(arguments_of(kind.table), {}, kind.defaults).default(name)
    return default if isinstance(default, str | int | float | bool | None) else None


def _kind(change: Kind, site: Site) -> Iterator[Edits]:
    """Call another helper, with the arguments that still say the same, and others."""
    call, source = site.call, site.source
    if call is None or not site.alone or source.helper(call) != change.old.helper:
        return
    func = call.func
    name = (
        change.new.helper
        if isinstance(func, ast.Name)
        else f"{source.code(func).rpartition('.')[0]}.{change.new.helper}"
    )
    edits: list[Edit] = [Replace(source, func, (name,)), *using(source, Call(change.new.helper))]
    was, now = named(change.old), named(change.new)
    for one in {**was, **now}:
        before, after = was.get(one, ABSENT), now.get(one, ABSENT)
        if not same(before, after):
            found = next(given(site, one, before, after), None)
            if found is None and after is not ABSENT:
                return
            edits += found or ()
    yield tuple(edits)


def anew(site: Site | None, call: Call, said: Mapping[str, Any]) -> Iterator[Edits]:
    """Yield ways to write a panel anew, in place of the innermost call that makes just this one and cannot be told more.

    Args:
        call: what makes the panel, without its place.
        said: its place and its key, as far as the new call may have to say them.
    """
    while site is not None:
        found, source = site.call, site.source
        if found is not None and site.alone:
            there = {one.arg: source.code(one.value) for one in found.keywords if one.arg in PLACES}
            kept = "".join(f", {name}={value}" for name, value in there.items())
            places = {name: value for name, value in said.items() if name not in there}
            for more in ({name: value for name, value in places.items() if name == "key"}, places):
                new = Call(call.helper, call.arguments, {**call.keywords, **more})
                yield (Replace(source, found, (f"{code(new, source)[:-1]}{kept})",)), *using(source, new))
        site = site.outer


def _list(change: Listed, alike: frozenset[Part], project: Code) -> Iterator[Edits]:
    record = project.traced.record_of(change.part[0])
    site = project.site(record.number if record else None, alike)
    if site is None:
        return
    wanted = [
        index if index is not None else (code(value, site.source),)
        for index, value in zip(change.order, change.new, strict=True)
    ]
    added = [value for index, value in zip(change.order, change.new, strict=True) if index is None]
    if not change.new:
        yield from _no_list(site, change.name)
    for place, literal in literals(site, change.name):
        if not place.alone:
            continue
        nodes, there = literal.elts, dict[int, int]()
        for number, made in enumerate(change.records):
            at = holder(place.source, nodes, project.traced.records[made]) if made is not None else None
            if at is not None and not isinstance(nodes[at], ast.Starred) and at not in there.values():
                there[number] = at
        if any(index not in there for index in range(len(change.old)) if index not in change.order):
            continue
        edits = ordered(place.source, literal, nodes, there, wanted)
        if edits:
            yield (*edits, *using(place.source, *added))
    yield from _list_of_one(site, change, added)
    yield from _new_list(site, change, added)


def _no_list(site: Site | None, name: str) -> Iterator[Edits]:
    """Give no list where one was given."""
    while site is not None:
        call = site.call
        keyword = next((one for one in call.keywords if one.arg == name), None) if call is not None else None
        if call is not None and keyword is not None and site.alone:
            yield (Remove(site.source, call, keyword),)
        site = site.outer


def _list_of_one(site: Site, change: Listed, added: list[Any]) -> Iterator[Edits]:
    """Make a list where one thing was given without brackets."""
    node = argument(site.call, site.callee, change.name) if site.call is not None else None
    if node is None or not site.alone or not isinstance(site.record.named.get(change.name), Ref):
        return
    parts: list[str | Kept] = []
    for index, value in zip(change.order, change.new, strict=True):
        parts += [", " if parts else "[", Kept(node) if index is not None else code(value, site.source)]
    yield (Replace(site.source, node, (*parts, "]")), *using(site.source, *added))


def _new_list(site: Site | None, change: Listed, added: list[Any]) -> Iterator[Edits]:
    """Give a list where none was given."""
    while site is not None:
        call = site.call
        given_there = call is not None and any(one.arg == change.name for one in call.keywords)
        if call is not None and not given_there and site.alone and site.callee.takes(change.name) and added:
            yield (Add(site.source, call, change.name, (code(added, site.source),)), *using(site.source, *added))
        site = site.outer
