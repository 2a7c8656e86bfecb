"""Problems that a live check reports."""

from __future__ import annotations

from dashkit.lint.rule import reported
from dashkit.model.problem import Severity

RULES = (
    reported(
        "DK701",
        "live-error",
        Severity.ERROR,
        """A query that the server rejects (`--live`).

        The message is the one behind the red corner of the panel: a type mismatch, many-to-many matching, a
        missing datasource.
        """,
    ),
    reported(
        "DK702",
        "live-metric",
        Severity.ERROR,
        """A metric that the server has not seen for a day (`--live`).

        It is misspelt, was renamed by its exporter, or is not scraped.
        """,
    ),
    reported(
        "DK703",
        "live-label",
        Severity.ERROR,
        """A matcher that no series of the metric satisfies (`--live`).

        It is an error if the metric has no such label at all. If the label has only other values it is a
        warning, because the value may still appear, like a status 500.
        """,
    ),
    reported(
        "DK704",
        "live-empty",
        Severity.WARNING,
        """A query that returns nothing although its series exist (`--live`).

        Its two sides do not match, or its condition is false for all series. It is an info if the panel says
        what that means (``noValue``).
        """,
    ),
    reported(
        "DK705",
        "live-slow",
        Severity.WARNING,
        """A slow query (`--live`, `--slow`).

        Every browser sends it at every refresh. A recording rule, a shorter range or fewer series help.
        """,
    ),
    reported(
        "DK706",
        "live-series",
        Severity.WARNING,
        """A query that returns too many series (`--live`, `--max-series`).

        The browser is slow to draw them all, and the legend is useless.
        """,
    ),
    reported(
        "DK707",
        "live-variable",
        Severity.ERROR,
        """A variable without values (`--live`).

        Its list at the top of the page is empty, and so is every panel that uses it.
        """,
    ),
    reported(
        "DK708",
        "live-not-asked",
        Severity.INFO,
        """A query that was not sent to the server (`--live`).

        The query budget is used up, or the server does not answer this kind of query. Not checked does
        not mean fine.
        """,
    ),
)
