"""Keys that carry what the author's objects knew into the compiler. They never reach the result."""

#: (file, line) of the construction of a panel, a variable or a dashboard.
SOURCE_KEY = "__source__"
#: The author's name for a panel, which its id is derived from.
PANEL_KEY = "key"
#: A panel that dashkit's helpers made, which has no defaults of grafanalib's.
OWN_KEY = "__own__"
#: A panel that begins a new line.
LINE_KEY = "__line__"
