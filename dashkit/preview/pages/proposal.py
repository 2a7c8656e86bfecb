"""What would be written to the source, as a page shows it before somebody agrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashkit.preview.pages import Failed, templates


class Point(NamedTuple):
    """Something that a person has to decide or to change: what it is, and names and texts that say more."""

    what: str
    details: Sequence[tuple[str, str]] = ()


class Proposal(NamedTuple):
    """What would be written, or came of it.

    Attributes:
        patch: its lines.
        button: what the button says that has it written.
        number: names it in the request of that button; empty if nothing can be written.
    """

    said: str
    failures: Sequence[Failed] = ()
    points: Sequence[Point] = ()
    notes: Sequence[str] = ()
    patch: Sequence[str] = ()
    button: str = ""
    number: str = ""


def proposal(made: Proposal) -> str:
    """Return what would be written, as HTML to stand in a dialog."""
    return templates().get_template("proposal.html").render(proposal=made)
