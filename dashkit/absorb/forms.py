"""Documents of both schemas in the forms in which they are compared and read as calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.absorb.boards import Board, RowOf, keys, read_board
from dashkit.absorb.groups import cells, groups_of
from dashkit.document.v2.parts import is_v2
from dashkit.document.walk import entries as entries_of
from dashkit.document.walk import panels
from dashkit.model.panel_id import panel_id, panel_ids
from dashkit.quiet.canonical import canonical
from dashkit.quiet.dynamic import dynamic, dynamic_canonical

Json = dict[str, Any]


def said_by(uid: str, spec: Json) -> bytes:
    """Return what a document says, as JSON: equal for documents that look and work alike."""
    return _json.compact(dynamic_canonical(dynamic(uid, spec)) if is_v2(spec) else canonical(spec))


def board_of(uid: str, spec: Json) -> Board:
    """Read a compiled document."""
    if not is_v2(spec):
        return read_board(uid, spec)
    board, groups = read_board(uid, dynamic(uid, spec).lowered), groups_of(uid, spec)
    rows = [RowOf(number, " / ".join(path), {}, 0, cell.panels) for number, (path, cell) in enumerate(cells(groups), 1)]
    return replace(board, rows=(RowOf(0, "", {}, 0, ()), *rows), groups=groups)


def layout_of(uid: str, spec: Json) -> Any:
    """Return the rows, tabs and grids of a document of the v2 schema; None for a classic one."""
    return dynamic_canonical(dynamic(uid, spec))["layout"] if is_v2(spec) else None


def variables_of(uid: str, spec: Json) -> list[Json]:
    """Return the variables in the words of the classic schema."""
    return entries_of(dynamic(uid, spec).lowered if is_v2(spec) else spec, "templating")


def pinned(uid: str, old: Json, new: Json) -> dict[int, str | int]:
    """Return the keys that panels need to keep their ids, which would follow from other titles or rows, by id."""
    if is_v2(old):
        return _pinned_elements(uid, old, new)
    was, now = keys(old), keys(new)
    of_themselves = {number for number, key in was.items() if _derived(key, number)}
    waiting = [number for number in now if number in of_themselves]
    taken = [number for number in now if number not in of_themselves]
    made = zip(waiting, panel_ids((now[number] for number in waiting), taken), strict=True)
    return {
        number: was[number] if panel_id(was[number]) == number else number for number, found in made if found != number
    }


def follows_from_title(spec: Json, number: int) -> bool:
    """Return whether the id of a panel is what follows from its title and its row, as far as that is known."""
    return not is_v2(spec) and _derived(keys(spec).get(number, ""), number)


def _derived(key: str, number: int) -> bool:
    """Return whether an id is what follows from a title and a row."""
    return any(panel_id(key if count == 1 else f"{key}#{count}") == number for count in range(1, 10))


def _pinned_elements(uid: str, old: Json, new: Json) -> dict[int, str | int]:
    """Return the same for the v2 schema, where the name of an element is the key of its panel."""
    was, now = _elements(uid, old), _elements(uid, new)
    return {
        number: number for number, (name, *place) in now.items()
        if number in was and list(was[number][1:]) != place and name == f"panel-{number}" == was[number][0]
    }  # fmt: skip


def _elements(uid: str, spec: Json) -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """Return the names of elements, their titles and what is around them, by the ids of their panels."""
    names = dynamic(uid, spec).names
    return {
        names[placed.panel["element"]]: (placed.panel["element"], str(placed.panel.get("title")), placed.around)
        for placed in panels(spec)
        if placed.panel.get("element") in names
    }
