"""How the cells of a table look."""

from typing import Annotated, TypedDict

from dashkit.authoring.arguments import custom
from dashkit.authoring.choices import Align, BarMode, Cell, Number


class CellOptions(TypedDict, total=False):
    """The options of a column, for all columns or in an `override`."""

    #: What a cell shows: its text, a coloured text or background, a bar (``gauge``), a ``sparkline``, ...
    cell: Annotated[Cell | None, custom("cellOptions.type")]
    #: How the background or the bar is filled.
    cell_mode: Annotated[BarMode | None, custom("cellOptions.mode")]
    #: Colour the whole row.
    color_row: Annotated[bool | None, custom("cellOptions.applyToRow")]
    #: On which side the text stands.
    align: Annotated[Align | None, custom("align")]
    #: Let readers filter by the column.
    filterable: Annotated[bool | None, custom("filterable")]
    #: Let readers open a cell whose text is long.
    inspect: Annotated[bool | None, custom("inspect")]
    #: Wrap long texts.
    wrap: Annotated[bool | None, custom("cellOptions.wrapText")]
    #: The width of a column, in pixels.
    column_width: Annotated[Number | None, custom("width")]
    #: The least width of a column, in pixels.
    min_column_width: Annotated[Number | None, custom("minWidth")]
