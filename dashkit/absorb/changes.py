"""What has to change in the source of a dashboard so that it makes another one: arguments of calls, and what is in lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from dashkit.absorb.boards import LISTS, Board
from dashkit.absorb.site import Part
from dashkit.absorb.traced import Dashboard, Ref, Traced, refs
from dashkit.absorb.values import ABSENT, named, same
from dashkit.authoring.call import Call


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of the call that made something is another one now.

    Attributes:
        record: the number of that call; None if it is not known.
        what: what it made, for people: ``panel 'Errors'``.
    """

    part: Part
    record: int | None
    what: str
    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """Something is made by another helper now, such as a panel whose visualization was changed."""

    part: Part
    record: int | None
    what: str
    old: Call
    new: Call


@dataclass(frozen=True, slots=True)
class Listed:
    """The variables, links or annotations are other ones now, or in another order.

    Attributes:
        order: for each that there is now, the number of the one it was before, or None for a new one.
        records: the calls that made those before, where they are known.
    """

    part: Part
    name: str
    old: tuple[Any, ...]
    new: tuple[Any, ...]
    order: tuple[int | None, ...]
    records: tuple[int | None, ...]


Change = Argument | Kind | Listed


def changes(uid: str, old: Board, new: Board, dashboard: Dashboard, traced: Traced) -> Iterator[Change]:
    """Yield what differs but for the places of panels, and for panels and rows that are in one only."""
    record = traced.record_of(uid)
    made = record.number if record else None
    was, now = old.settings, {**new.settings}
    if "tags" in was and "tags" in now:  # they have no order, so that new ones can follow the others
        now["tags"] = sorted(now["tags"], key=lambda tag: (tag not in was["tags"], tag))
    for name in {**was, **now}:
        yield from _argument((uid, "dashboard"), made, "the dashboard", name, was, now)
    for name in LISTS:
        yield from _list(uid, name, old.lists[name], new.lists[name], dashboard, traced)
    for number, call in new.panels.items():
        if number in old.panels:
            what = f"panel {_title(old.panels[number])!r}"
            yield from _call((uid, f"panel {number}"), dashboard.panels.get(number), what, old.panels[number], call)
    there = {row.id: row for row in old.rows[1:]} if old.groups is None else {}
    for row in new.rows[1:]:
        if row.id in there and row.id > 0:
            before = there[row.id]
            was, now = {"title": before.title, **before.options}, {"title": row.title, **row.options}
            for name in {**was, **now}:
                what = f"row {before.title!r}"
                yield from _argument((uid, f"panel {row.id}"), dashboard.panels.get(row.id), what, name, was, now)


def _title(call: Call) -> str:
    return str(call.arguments[1 if call.helper == "panel" else 0])


def _call(part: Part, record: int | None, what: str, old: Call, new: Call) -> Iterator[Change]:
    if old.helper != new.helper or (old.helper == "panel" and old.arguments[0] != new.arguments[0]):
        yield Kind(part, record, what, old, new)
        return
    was, now = named(old), named(new)
    for name in {**was, **now}:
        yield from _argument(part, record, what, name, was, now)


def _argument(
    part: Part, record: int | None, what: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    was, now = old.get(name, ABSENT), new.get(name, ABSENT)
    if not same(was, now):
        yield Argument(part, record, what, name, was, now)


def _list(
    uid: str, name: str, old: list[Any], new: list[Any], dashboard: Dashboard, traced: Traced
) -> Iterator[Change]:
    """Yield the changes of variables, links or annotations: of each that is in both, then of the list itself."""
    records = tuple(_records(uid, name, old, dashboard, traced))
    before = [_name(one) for one in old]
    order = tuple(_pairs(before, [_name(one) for one in new]))
    for index, value in zip(order, new, strict=True):
        if index is None or same(old[index], value):
            continue
        what = f"{name.removesuffix('s')} {before[index]!r}"
        part = (uid, f"variable {before[index]}" if name == "variables" else f"{name} {records[index]}")
        if isinstance(old[index], Call) and isinstance(value, Call):
            yield from _call(part, records[index], what, old[index], value)
        else:
            yield Argument(part, records[index], what, "raw", old[index], value)
    if order != tuple(range(len(old))):
        yield Listed((uid, "dashboard"), name, tuple(old), tuple(new), order, records)


def _pairs(old: list[str], new: list[str]) -> list[int | None]:
    """Return for each name the place where it was; None if it was not. The same name may be there several times."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    same = {
        low + offset: start + offset for start, low, size in matcher.get_matching_blocks() for offset in range(size)
    }
    left = [index for index in range(len(old)) if index not in same.values()]
    found: list[int | None] = []
    for place, name in enumerate(new):
        index = same.get(place)
        if index is None:
            index = next((one for one in left if old[one] == name), None)
            if index is not None:
                left.remove(index)
        found.append(index)
    # What stands where another name stood before was renamed.
    for place, index in enumerate(found):
        before = found[place - 1] if place else -1
        if index is None and before is not None and before + 1 in left:
            found[place] = before + 1
            left.remove(before + 1)
    return found


def _name(value: Any) -> str:
    """Return the name of a variable, or the title of a link or an annotation."""
    if isinstance(value, Call):
        if value.helper == "deploy_annotation":
            return str(value.keywords.get("name", "Deployments"))
        usual = {"datasource_variable": "datasource", "interval_variable": "interval", "adhoc_variable": "filters"}
        return str(value.arguments[0] if value.arguments else usual.get(value.helper, ""))
    return str(value.get("name") or value.get("title") or "")


def _records(uid: str, name: str, old: list[Any], dashboard: Dashboard, traced: Traced) -> Iterator[int | None]:
    """Yield the calls that made the entries of a list."""
    if name == "variables":
        yield from (dashboard.variables.get(_name(one)) for one in old)
        return
    record = traced.record_of(uid)
    given = record.named.get(name) if record else None
    given = [given] if isinstance(given, Ref) else given
    found = list(refs(given)) if isinstance(given, list) else []
    yield from found if len(found) == len(old) else [None] * len(old)
