"""Consent: what the user has to confirm before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashkit.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the user: ``text`` asks it, ``loss`` says what is at stake if no one can be asked."""

    loss: str
    text: str


def require(questions: Sequence[Question], consent: bool) -> None:
    """Raise `RefusedError` if there is something to confirm and it was not confirmed."""
    if questions and not consent:
        raise RefusedError(f"{questions[0].loss}, and this was not confirmed", hint="add --yes")


def refuse_many(number: int, what: str, most: int) -> None:
    """Raise `RefusedError` if a prune would delete more than ``most``; ``what`` is for the message: "6 dashboards"."""
    if number > most:
        raise RefusedError(
            f"the prune would delete {what}, more than --max-delete {most}; nothing was written",
            hint=f"to delete them: --max-delete {number}",
        )
