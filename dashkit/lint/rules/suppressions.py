"""Unused, expired and invalid suppressions; `dashkit.lint.suppress` reports them."""

from __future__ import annotations

from dashkit.lint.rule import reported
from dashkit.model.problem import Severity

RULES = (
    reported(
        "DK001",
        "unused-suppression",
        Severity.WARNING,
        """A suppression that suppresses nothing.

        The problem was fixed, or has moved. If the suppression stays, it may hide a new problem one day.
        """,
    ),
    reported(
        "DK002",
        "expired-suppression",
        Severity.ERROR,
        """An expired suppression.

        The date in it has passed. The problem itself is reported again, too.
        """,
    ),
    reported(
        "DK003",
        "bad-suppression",
        Severity.ERROR,
        """An invalid suppression.

        It has no reason, names a rule that does not exist, or has an invalid date. It suppresses nothing. The
        reason is for whoever reads it in a year.
        """,
    ),
)
