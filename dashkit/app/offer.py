"""What `dashkit absorb` would do, as a value that waits for somebody to agree to it on a page."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.absorb.absorbed import Absorbed
from dashkit.app import absorb
from dashkit.app.connect import connected
from dashkit.app.edited import command
from dashkit.app.ports import Ports
from dashkit.errors import DashkitError


@dataclass(frozen=True, slots=True)
class Offer:
    """The edits of one dashboard as a patch of the source.

    Attributes:
        prefix: the path of the project in its repository, with a slash at the end.
        question: what has to be confirmed; empty if there is nothing to write.
        error: why nothing is known.
    """

    uid: str
    context_name: str
    results: tuple[Absorbed, ...] = ()
    files: tuple[absorb.Change, ...] = ()
    uncommitted: tuple[str, ...] = ()
    prefix: str = ""
    question: str = ""
    warnings: tuple[str, ...] = ()
    error: DashkitError | None = None

    @property
    def command(self) -> str:
        """What does the same in a terminal."""
        return command(self.uid, self.context_name)


def offer(uid: str, context_name: str, ports: Ports) -> Offer:
    """Find the edits of a dashboard in a Grafana, and the edits of files that make up for them. Nothing is written."""
    try:
        found = absorb.prepare(absorb.Request(context_name, (uid,)), ports)
    except DashkitError as error:
        return Offer(uid, context_name, error=error)
    asked = absorb.questions(found)
    return Offer(
        uid, context_name, found.results, found.files, found.uncommitted, found.prefix, asked[0].text if asked else "",
        found.warnings,
    )  # fmt: skip


def accept(given: Offer, ports: Ports) -> None:
    """Write the files of an offer, which somebody has seen and agreed to.

    Raises:
        RefusedError: a file has changes that are not committed.
        InputError: a file has changed since the offer was made.
    """
    prepared = absorb.Prepared(connected(ports, given.context_name), (), given.files, given.uncommitted)
    absorb.carry_out(prepared, consent=True, ports=ports)
