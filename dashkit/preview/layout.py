"""Where panels stand: sections with a grid each, one for each row, with repeated panels and rows laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from dashkit.document.layout import COLUMNS, DEFAULT_GRID
from dashkit.lint.values import mapping, objects, text
from dashkit.promql.interpolate import Chosen, Values

if TYPE_CHECKING:
    from dashkit.preview.variables import Variable

#: A unit of height, and the space between panels, in pixels.
CELL, SPACE = 30, 8
#: Below this width panels stand in one column.
NARROW = 769


class Item(NamedTuple):
    """A panel in a section: its place in grid units, and the variables that its repetition sets.

    ``key`` is unique in the dashboard and stays the same from one save to the next. ``hidden`` says why a condition hides it.
    """

    key: str
    panel: Mapping[str, Any]
    x: int
    y: int
    width: int
    height: int
    scoped: Values = MappingProxyType({})
    hidden: str = ""


class Auto(NamedTuple):
    """A grid of equal columns: how many at most, how wide each is at least, and how high its rows are, in pixels.

    With ``fills`` its rows are higher where it would leave a part of the screen empty.
    """

    columns: int = 3
    width: float = 448
    height: float = 320
    fills: bool = False


class Section(NamedTuple):
    """The panels below a row or in a tab, or those before the first row (without a row)."""

    key: str
    row: Mapping[str, Any] | None
    items: Sequence[Item]
    folded: bool = False
    scoped: Values = MappingProxyType({})
    #: How its panels stand if not on 24 columns.
    auto: Auto | None = None
    #: The rows or tabs in it.
    inner: Sequence[Block] = ()
    #: Why a condition hides it.
    hidden: str = ""
    #: The space to the left of what is in it, in pixels.
    inset: int = 0
    #: What an address calls it, if it is a tab.
    slug: str = ""
    variables: Sequence[Variable] = ()
    #: Whether what is in it may fill the screen.
    fills: bool = True

    @property
    def height(self) -> int:
        return max((item.y + item.height for item in self.items), default=0)

    @property
    def shown(self) -> Sequence[Item]:
        """The panels that no condition hides."""
        return [item for item in self.items if not item.hidden]


class Tabs(NamedTuple):
    """Tabs, of which one is open.

    ``name`` is unique in the dashboard, and ``key`` is the parameter of an address that says which one is open.
    """

    name: str
    key: str
    tabs: Sequence[Section]
    active: int = 0
    inset: int = 0


Block = Section | Tabs


def sections(spec: Mapping[str, Any], values: Values) -> list[Section]:
    """Return the sections of a dashboard; panels and rows repeat for the values of their variable."""
    found: list[Section] = []
    row: Mapping[str, Any] | None = None
    members: list[Mapping[str, Any]] = []
    for panel in sorted(objects(spec.get("panels")), key=_reading_order):
        if panel.get("type") == "row":
            found += _repeated(row, members, values)
            row, members = panel, objects(panel.get("panels"))
        else:
            members.append(panel)
    return [section for section in (*found, *_repeated(row, members, values)) if section.row or section.items]


def _reading_order(panel: Mapping[str, Any]) -> tuple[int, int]:
    grid = _grid(panel)
    return grid["y"], grid["x"]


def _grid(panel: Mapping[str, Any]) -> dict[str, int]:
    given = mapping(panel.get("gridPos"))
    place = {key: given.get(key) for key in DEFAULT_GRID}
    return {key: int(value) if isinstance(value, int | float) else DEFAULT_GRID[key] for key, value in place.items()}


def _repeated(row: Mapping[str, Any] | None, members: Sequence[Mapping[str, Any]], values: Values) -> list[Section]:
    """Return a section for each value that a row repeats for."""
    name = text(mapping(row).get("repeat")).removeprefix("$") if row else ""
    chosen = values.get(name)
    key = f"r{mapping(row).get('id', '')}" if row else "top"
    folded = mapping(row).get("collapsed") is True
    if chosen is None or not name:
        return [Section(key, row, grid_items(members, values, {}, ""), folded)]
    found = []
    for number in range(len(chosen.values)):
        scoped = {name: one_of(chosen, number)}
        suffix = f"-{number}" if number else ""
        found.append(
            Section(f"{key}{suffix}", row, grid_items(members, {**values, **scoped}, scoped, suffix), folded, scoped)
        )
    return found


def one_of(chosen: Chosen, number: int) -> Chosen:
    """Return one of the values of a variable, as a panel that repeats for it sees it."""
    texts = chosen.texts[number : number + 1]
    return Chosen((chosen.values[number],), chosen.several, chosen.raw, texts, chosen.name)


def grid_items(members: Sequence[Mapping[str, Any]], values: Values, scoped: Values, suffix: str) -> list[Item]:
    """Return the places of panels on 24 columns; panels repeat for the values of their variable."""
    found: list[list[Item]] = []
    top = min((_grid(panel)["y"] for panel in members), default=0)
    shift = 0
    for panel in sorted(members, key=_reading_order):
        grid = _grid(panel)
        x, y = min(max(grid["x"], 0), COLUMNS - 1), max(grid["y"] - top, 0)
        width, height = min(max(grid["w"], 1), COLUMNS - x), max(grid["h"], 1)
        key = f"p{panel.get('id', sum(map(len, found)))}{suffix}"
        name = text(panel.get("repeat")).removeprefix("$")
        chosen = values.get(name) if name else None
        if chosen is None:
            found.append([Item(key, panel, x, y + shift, width, height, scoped)])
            continue
        copies, used = _copies(panel, key, chosen, name, (x, y + shift, width, height), scoped)
        found.append(copies)
        # What follows moves down by the lines that the copies add.
        shift += used - height
    return _packed([block for block in found if block])


def _copies(
    panel: Mapping[str, Any], key: str, chosen: Chosen, name: str, place: tuple[int, int, int, int], scoped: Values
) -> tuple[list[Item], int]:
    """Return a panel's copies, side by side or below each other, and their height together."""
    x, y, width, height = place
    count = len(chosen.values)
    down = panel.get("repeatDirection") == "v"
    most = panel.get("maxPerRow")
    per_line = 1 if down else max(1, min(count, most if isinstance(most, int) and most > 0 else 4))
    if not down:
        width, x = COLUMNS // per_line, 0
    found = []
    for number in range(count):
        line, column = divmod(number, per_line)
        place_x = x if down else column * width
        own = {**scoped, name: one_of(chosen, number)}
        found.append(Item(f"{key}.{number}" if number else key, panel, place_x, y + line * height, width, height, own))
    return found, -(-count // per_line) * height


def _packed(blocks: list[list[Item]]) -> list[Item]:
    """Move panels up into free space, or down until none overlaps another, as Grafana does. Copies stay together."""
    placed: list[Item] = []
    free = [0] * COLUMNS  # the first free line of each column
    for block in sorted(blocks, key=lambda one: (one[0].y, one[0].x)):
        left, right = min(item.x for item in block), max(item.x + item.width for item in block)
        columns = slice(left, right)
        down = max(free[columns]) - block[0].y
        placed += [item._replace(y=item.y + down) for item in block]
        free[columns] = [max(item.y + item.height for item in block) + down] * (right - left)
    return placed


class Size(NamedTuple):
    """Width and height in pixels."""

    width: float
    height: float


def size_of(item: Item, width: float, *, narrow: bool | None = None) -> Size:
    """Return the outer size of a panel on a page whose grid is so wide; in a ``narrow`` one it has all columns."""
    column = (width - SPACE * (COLUMNS - 1)) / COLUMNS
    columns = COLUMNS if (width < NARROW if narrow is None else narrow) else item.width
    return Size(columns * column + (columns - 1) * SPACE, item.height * (CELL + SPACE) - SPACE)
