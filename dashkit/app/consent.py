"""Nothing goes by surprise: what has to be agreed to before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashkit.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Question:
    """``loss`` says what it is about where nobody can be asked, ``text`` asks."""

    loss: str
    text: str


def require(questions: Sequence[Question], consent: bool) -> None:
    """`RefusedError` where there is something to agree to and nobody has."""
    if questions and not consent:
        raise RefusedError(f"{questions[0].loss} and nobody agreed to it", hint="add --yes")


def refuse_many(number: int, what: str, most: int) -> None:
    """`RefusedError` where a prune would delete more than ``most``; ``what`` is those, counted: "6 dashboards"."""
    if number > most:
        raise RefusedError(
            f"the prune would delete {what}, more than --max-delete {most}; nothing was written",
            hint=f"if that is meant: --max-delete {number}",
        )
