"""Nothing goes by surprise: the limit of a prune, and the question before anything is deleted or written over."""

from __future__ import annotations

import sys

import click

from dashkit.errors import RefusedError


def refuse_many(number: int, what: str, most: int) -> None:
    """`RefusedError` where a prune would delete more than ``most``; ``what`` is those, counted: "6 dashboards"."""
    if number > most:
        raise RefusedError(
            f"the prune would delete {what}, more than --max-delete {most}; nothing was written",
            hint=f"if that is meant: --max-delete {number}",
        )


def confirm(loss: str, question: str) -> None:
    """Ask. `RefusedError` where nobody can be asked, which says what ``loss`` that was about, or where somebody says no."""
    if not sys.stdin.isatty():
        raise RefusedError(f"{loss} and nobody is there to confirm", hint="add --yes")
    if not click.confirm(question, default=False, err=True):
        raise RefusedError("not confirmed; nothing was written")
