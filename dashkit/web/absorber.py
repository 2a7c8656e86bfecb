"""Take edits made in Grafana into the source from a page: first shown as a patch, then written if somebody agrees."""

from __future__ import annotations

import asyncio
import secrets
import shlex
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dashkit import _json
from dashkit.app.offer import Offer
from dashkit.errors import DashkitError
from dashkit.model.words import counted
from dashkit.preview.pages import Failed
from dashkit.preview.pages.proposal import Point, Proposal, proposal
from dashkit.report.patch import patch
from dashkit.web.process import JobError, in_new_process

if TYPE_CHECKING:
    from dashkit.absorb.absorbed import Absorbed

#: Seconds in which the edits of the source have to be found.
_PATIENCE = 600
_LONG = 160


class Absorber:
    """Makes offers and carries out the one that was made last.

    Args:
        offer: makes the offer for a uid; called in a process of its own.
        accept: writes the files of an offer.
        written: called after that.
    """

    def __init__(
        self, offer: Callable[[str], Offer], accept: Callable[[Offer], None], written: Callable[[], None]
    ) -> None:
        #: What a request has to carry. Only pages of this run know it.
        self.token = secrets.token_urlsafe(24)
        self._offer, self._accept, self._written = offer, accept, written
        self._one = asyncio.Lock()
        self._open: tuple[str, Offer] | None = None

    async def propose(self, uid: str) -> str:
        """Return what would be written for a dashboard, as HTML. One offer is made at a time."""
        stop = threading.Event()
        async with self._one:
            try:
                made = await asyncio.to_thread(in_new_process, partial(self._offer, uid), _PATIENCE, stop)
            except EOFError:
                return _failed(Failed(uid, "a module ended the process that loaded it"))
            except TimeoutError:
                return _failed(Failed(uid, f"no edits of the source were found within {_PATIENCE} s"))
            except JobError as error:
                return _failed(Failed(uid, str(error)))
            finally:
                stop.set()
            number = secrets.token_urlsafe(12)
            self._open = (number, made)
        return proposal(_proposal(made, number))

    async def take(self, number: str) -> str:
        """Write what an offer has, and return what came of it, as HTML. Exactly what was shown is written, and only once."""
        async with self._one:
            kept, self._open = self._open, None
            if kept is None or not secrets.compare_digest(kept[0].encode(), number.encode()):
                return _failed(
                    Failed("", "this is not offered any more; nothing was written", "close this, and ask again")
                )
            made = kept[1]
            try:
                await asyncio.to_thread(self._accept, made)
            except DashkitError as error:
                return _failed(_failure(error))
            except OSError as error:
                return _failed(Failed(made.uid, f"cannot be written: {error.strerror or error}"))
        self._written()
        push = shlex.join(["dashkit", "push", "-c", made.context_name])
        names = ", ".join(one.path for one in made.files)
        said = f"Wrote {names}. Look at it with `git diff`; the next `{push}` finds the edits in the source."
        return proposal(Proposal(said))


def _failed(failure: Failed) -> str:
    return proposal(Proposal("Nothing was written.", failures=(failure,)))


def _failure(error: DashkitError) -> Failed:
    return Failed(error.where, error.message, error.hint, error.excerpt)


def _proposal(made: Offer, number: str) -> Proposal:
    errors = [error for error in (made.error, *(one.error for one in made.results)) if error is not None]
    failures = [_failure(part) for error in errors for part in (*error.causes, error)]
    failures += [_uncommitted(path, made) for path in made.uncommitted]
    lines = tuple(
        line for one in made.files for line in patch(made.prefix + one.path, one.before.decode(), one.after.decode())
    )
    offered = bool(made.files and not made.uncommitted)
    return Proposal(
        _said(made), failures, tuple(point for one in made.results for point in _points(one)),
        (*made.warnings, *(note for one in made.results for note in one.notes)), lines,
        made.question.rstrip("?") if offered else "", number if offered else "",
    )  # fmt: skip


def _uncommitted(path: str, made: Offer) -> Failed:
    why = "it has changes that are not committed, which an edit would mix with others"
    return Failed(path, why, f"commit or stash them and ask again, or run `{made.command} --yes`")


def _said(made: Offer) -> str:
    if made.files:
        return f"This would change {counted(len(made.files), 'file')} of the source."
    if any(one.by_hand or one.conflicts for one in made.results):
        return "These edits cannot be taken: nothing would be written."
    if made.error is None and not any(one.edited or one.error for one in made.results):
        return "Nobody edited this dashboard since the last push."
    if made.error is None and all(one.taken for one in made.results):
        return "The source has these edits already."
    return "Nothing would be written."


def _points(one: Absorbed) -> Iterator[Point]:
    for left in one.by_hand:
        there = [(left.where, left.there)] if left.where else []
        yield Point(f"{left.what}: {left.why}", [*there, *([("wanted", left.wanted)] if left.wanted else [])])
    for conflict in one.conflicts:
        sides = (("pushed", conflict.base), ("source", conflict.source), ("Grafana", conflict.live))
        texts = [(name, _json.compact(value).decode() if value is not None else "nothing") for name, value in sides]
        yield Point(
            f"{conflict.what}: changed in the source and in Grafana", [(name, value[:_LONG]) for name, value in texts]
        )
