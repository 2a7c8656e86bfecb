"""Problems that the live check reports."""

from __future__ import annotations

from dashkit.lint.rule import reported
from dashkit.model.problem import Severity

RULES = (
    reported(
        "DK701",
        "live-error",
        Severity.ERROR,
        """The server refuses a query (`--live`).

        What it says is what the panel shows behind its red corner: a type mismatch, many-to-many matching,
        a datasource that is not there.
        """,
    ),
    reported(
        "DK702",
        "live-metric",
        Severity.ERROR,
        """A query asks for a metric that the server has not seen for a day (`--live`).

        It is misspelt, renamed by its exporter, or not scraped.
        """,
    ),
    reported(
        "DK703",
        "live-label",
        Severity.ERROR,
        """A matcher that no series of the metric satisfies (`--live`).

        An error where the metric has no such label at all, a warning where the label has other values: that
        one may come, as a status 500 does.
        """,
    ),
    reported(
        "DK704",
        "live-empty",
        Severity.WARNING,
        """A query whose series all exist gives nothing now (`--live`).

        Its sides do not match, or its condition holds for none. Where the panel says what that means
        (``noValue``) it is an info.
        """,
    ),
    reported(
        "DK705",
        "live-slow",
        Severity.WARNING,
        """A query took long (`--live`, `--slow`).

        Each browser asks it at each refresh. A recording rule, a shorter range or fewer series help.
        """,
    ),
    reported(
        "DK706",
        "live-series",
        Severity.WARNING,
        """A query gives more series than anybody can read (`--live`, `--max-series`).

        The browser draws them all, slowly, and the legend is of no use.
        """,
    ),
    reported(
        "DK707",
        "live-variable",
        Severity.ERROR,
        """A variable finds no values (`--live`).

        The list at the top of the page is empty, and with it every panel that uses the variable.
        """,
    ),
    reported(
        "DK708",
        "live-not-asked",
        Severity.INFO,
        """A query was not asked: the budget was spent, or nobody there answers such queries (`--live`).

        Nothing is known of it; that is no reason to call it good.
        """,
    ),
)
