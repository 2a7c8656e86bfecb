"""Suppressions that are unused, expired or wrong; `dashkit.lint.suppress` reports them."""

from __future__ import annotations

from dashkit.lint.rule import reported
from dashkit.model.problem import Severity

RULES = (
    reported(
        "DK001",
        "unused-suppression",
        Severity.WARNING,
        """A suppression that suppresses nothing.

        What it was for is mended, or has moved. Left in place it would one day hide something new.
        """,
    ),
    reported(
        "DK002",
        "expired-suppression",
        Severity.ERROR,
        """A suppression whose date has passed.

        It was accepted until that day. The problem itself is reported again as well.
        """,
    ),
    reported(
        "DK003",
        "bad-suppression",
        Severity.ERROR,
        """A suppression without a reason, for a rule that does not exist, or with a date that is none.

        It suppresses nothing. Who reads it in a year wants to know why it was right.
        """,
    ),
)
