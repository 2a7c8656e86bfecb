"""A dashboard as the calls that would make it, part by part, to find out which arguments differ between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.absorb.groups import Group
from dashkit.authoring.call import Call
from dashkit.authoring.recognise import recognise
from dashkit.document.datasources import References
from dashkit.document.edit import drop_defaults
from dashkit.document.walk import panels as placed_panels
from dashkit.importer.board import board, with_short_datasources
from dashkit.quiet.canonical import said
from dashkit.quiet.drawn import drawn
from dashkit.quiet.panels import quiet

Json = dict[str, Any]

#: Arguments of panels that say where they stand, and which they are.
PLACES = ("width", "height", "position", "key")
_ANY: Json = {"type": "prometheus", "uid": ""}
LISTS = ("variables", "links", "annotations")


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row, or panels in no row: those above the first one, and those below a collapsed one.

    Attributes:
        id: that of the row; 0 above the first one, and the negative one of the row above below a collapsed one.
        top: the line where its panels begin.
        panels: in reading order, where Grafana draws them.
    """

    id: int
    title: str
    options: Mapping[str, Any]
    top: int
    panels: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What a dashboard consists of.

    Attributes:
        settings: the arguments of `new_dashboard` for all but lists of other things.
        lists: its variables, links and annotations.
        panels: the calls that make panels, without their places, by id.
        rows: the first one is what stands above all rows.
        default: the datasource of panels that name none.
        groups: the layout of a document of the v2 schema, whose ``rows`` are its cells then: the groups that hold panels.
    """

    settings: Mapping[str, Any]
    lists: Mapping[str, list[Any]]
    panels: Mapping[int, Call]
    rows: tuple[RowOf, ...]
    default: Json | None
    groups: Group | None = None


def read_board(uid: str, spec: Json) -> Board:
    """Read a classic document in canonical form, as `dashkit.compiler.compile_document` returns it."""
    quieter = quiet(spec)[0]
    form = said(quieter)
    ids = [panel.get("id", 0) for panel in drawn(_settled(quieter)) if panel.get("type") == "row"]
    call = board(uid, {**form, "panels": []})
    settings = {name: value for name, value in call.keywords.items() if name not in (*LISTS, "panels", "uid")}
    entries = (form.get("templating") or {}).get("list") or []
    references = References(entries, {})
    rows = tuple(_rows(form.get("panels") or [], ids))
    made = {panel["id"]: _recognised(panel, references.default) for row in rows for panel in row.panels}
    return Board(
        {"title": form["title"], **settings},
        {name: list(call.keywords.get(name) or []) for name in LISTS},
        {number: with_short_datasources(_placeless(one), references) for number, one in made.items()},
        rows,
        references.default,
    )


def with_rows_of(board: Board, other: Board) -> Board:
    """Return a board whose rows have the ids that they have in another one, by their titles or else by their panels.

    Grafana may forget the ids of rows, as nothing refers to them.
    """
    known = {row.id: row for row in other.rows}
    left = [row for row in other.rows[1:] if row.id > 0 and row.id not in {one.id for one in board.rows}]
    ids: dict[int, int] = {}
    for row in board.rows:
        found = None if row.id in known or row.id < 0 else _like(row, left)
        if found is not None:
            left.remove(found)
            ids |= {row.id: found.id, -row.id: -found.id}
    return replace(board, rows=tuple(replace(row, id=ids.get(row.id, row.id)) for row in board.rows))


def _like(row: RowOf, others: list[RowOf]) -> RowOf | None:
    """Return the row of the same title, or the one that has most of the panels."""
    ids = {panel["id"] for panel in row.panels}
    shared = {one.id: len(ids & {panel["id"] for panel in one.panels}) for one in others}
    titled = [one for one in others if one.title == row.title]
    return max(titled or [one for one in others if shared[one.id]], key=lambda one: shared[one.id], default=None)


def _settled(spec: Json) -> list[Json]:
    """Return copies of the panels, as `drawn` changes them."""
    return [dict(panel) for panel in spec.get("panels") or []]


def _recognised(panel: Json, default: Json | None) -> Call:
    """Recognise a panel. Where nothing says which datasource it has, its queries are read as those of Prometheus."""
    targets = panel.get("targets") or []
    if default is None and targets and not any("datasource" in one for one in (panel, *targets)):
        call = recognise({**panel, "datasource": _ANY}, _ANY)
        if "datasource" not in call.keywords:
            return call
    return recognise(panel, default)


def _placeless(call: Call) -> Call:
    return Call(
        call.helper, call.arguments, {name: value for name, value in call.keywords.items() if name not in PLACES}
    )


def _rows(panels: list[Json], ids: list[int]) -> Iterator[RowOf]:
    """Yield what is above the first row, then the rows. The panels after an open row are in it."""
    headers = [(-1, {}), *((index, panel) for index, panel in enumerate(panels) if panel.get("type") == "row")]
    ends = [index for index, _ in headers[1:]] + [len(panels)]
    for (start, header), end, number in zip(headers, ends, [0, *ids], strict=True):
        below = tuple(panels[start + 1 : end])
        options: Json = {"collapsed": bool(header.get("collapsed")), "repeat": header.get("repeat") or ""}
        drop_defaults(options, {"collapsed": False, "repeat": ""})
        top = (header.get("gridPos") or {}).get("y", -1) + 1
        if options.get("collapsed"):  # what follows is in no row
            yield RowOf(number, header.get("title", ""), options, top, tuple(header.get("panels") or ()))
            if below:
                yield RowOf(-number, "", {}, top, below)
        else:
            yield RowOf(number, header.get("title", ""), options, top, below)


def keys(spec: Json) -> dict[int, str]:
    """Return what the ids of panels are made of that have no key, by id."""
    return {
        placed.panel["id"]: f"{placed.row}/{placed.panel.get('title') or placed.panel.get('type') or 'panel'}"
        for placed in placed_panels(spec)
        if "id" in placed.panel
    }
