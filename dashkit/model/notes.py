"""Keys that carry what the author's objects knew into the compiler. They never reach the result."""

#: (file, line) of the construction of a panel, a variable or a dashboard.
SOURCE_KEY = "__source__"
#: The author's name for a panel, which its id is derived from.
PANEL_KEY = "key"
#: A panel that dashkit's helpers made, which has no defaults of grafanalib's.
OWN_KEY = "__own__"
#: A panel that begins a new line.
LINE_KEY = "__line__"
#: When a row, a tab or a panel of an auto grid is shown: a condition of the v2 schema.
WHEN_KEY = "__when__"
#: Variables of a row or a tab alone, in the classic schema.
VARIABLES_KEY = "__variables__"
#: A row whose header is hidden.
HIDDEN_KEY = "__hidden__"
#: A dashboard that must not lose anything on an older Grafana.
STRICT_KEY = "__strict__"

#: The types of what stands among the panels and is only of the v2 schema. Each holds ``panels``.
TABS, TAB, AUTO_GRID = "__tabs__", "__tab__", "__auto_grid__"
#: The options of an auto grid, in the words of the v2 schema.
OPTIONS_KEY = "__options__"
