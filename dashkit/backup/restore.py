"""Carry a restore out: kind after kind, as the references need it; one failure leaves the rest going."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from dashkit._parallel import ordered_map
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, adapted
from dashkit.backup.changes import same_item
from dashkit.backup.progress import SEVERAL
from dashkit.backup.protocol import Target
from dashkit.backup.restore_plan import Step
from dashkit.backup.secrets import secrets_of
from dashkit.errors import DashkitError, ServerError
from dashkit.model.item import Item, Limits
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret
from dashkit.spec.compare import content_digest

#: Written several at a time; of other kinds an object may depend on the one before.
_SIDE_BY_SIDE = ("dashboards", "annotations", "folder-permissions", "dashboard-permissions")
_OWNED = "dashkit:"
#: So many writes in a row without an answer, each after several tries: nobody is there.
_GIVE_UP = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step that writes; ``missing`` are secrets that it went without."""

    step: Step
    error: DashkitError | None = None
    missing: tuple[str, ...] = ()


def restore(
    archive: Archive,
    steps: list[Step],
    target: Target,
    *,
    adaptation: Adaptation,
    secrets: Mapping[str, Secret],
    message: str,
    begin: Callable[[str, str], None] = lambda kind, key: None,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Write what the steps say; an outcome for each that writes, in their order.

    May be run again at any time: what is there already is the same by then, and kept. ``begin`` hears of each object before it is
    created. An interrupt finishes what is under way.
    """
    reading = threading.Lock()

    def one(step: Step) -> Outcome:
        try:
            with reading:
                item = adapted(archive.item(step.entry), adaptation)
                if step.live is None:
                    begin(step.entry.kind, step.entry.key)
            known = secrets_of(item, secrets)
            _put(target, marked(item, message), step.live, known)
        except DashkitError as error:
            if step.entry.kind == "contact-points" and not error.hint and _hidden(archive, step, secrets):
                error.hint = "its secrets are not known: --secrets-template"
            return Outcome(step, error)
        had = step.live.secrets if step.live else ()
        return Outcome(step, missing=tuple(name for name in item.secrets if name not in known and name not in had))

    outcomes: list[Outcome] = []
    silent = 0

    def unless_gone(step: Step) -> Outcome:
        nonlocal silent
        if silent >= _GIVE_UP:
            return Outcome(step, ServerError("not tried: the server does not answer any more"))
        outcome = one(step)
        gone = isinstance(outcome.error, ServerError) and outcome.error.status == 0
        silent = silent + 1 if gone else 0
        return outcome

    writing = (step for step in steps if step.writes)
    for kind, group in groupby(writing, key=lambda step: step.entry.kind):
        writers = target.writers if kind in _SIDE_BY_SIDE else 1
        for outcome in _run(unless_gone, group, writers):
            outcomes.append(outcome)
            progress(outcome)
    return outcomes


def _hidden(archive: Archive, step: Step, secrets: Mapping[str, Secret]) -> bool:
    try:
        item = archive.item(step.entry)
    except DashkitError:
        return False
    return len(secrets_of(item, secrets)) < len(item.secrets)


def _run(one: Callable[[Step], Outcome], steps: Iterator[Step], writers: int) -> Iterator[Outcome]:
    return map(one, steps) if writers == 1 else ordered_map(one, steps, writers)


def marked(item: Item, message: str, push: str = "") -> Item:
    """A dashboard with its version message: that of a push where a project owns it, so that its next push knows it."""
    if item.kind != "dashboards":
        return item
    spec = item.content["spec"]
    tags = spec.get("tags")
    if isinstance(tags, list) and any(str(tag).startswith(_OWNED) for tag in tags):
        message = Marker(item.key, content_digest(spec, item.content["folder"]), push=push).message(message)
    return replace(item, server={**item.server, "message": message})


def _put(target: Target, item: Item, live: Item | None, secrets: Mapping[str, Secret]) -> None:
    """Write; after an answer that leaves open whether it arrived, look, and send it once more only where it did not."""
    try:
        target.put(item, live, secrets)
    except ServerError as error:
        if error.status and error.status < 500:
            raise
        there = next(
            (one for one in target.stored(item.kind, Limits(keys=frozenset({item.key}))) if one.key == item.key), None
        )
        if there is not None and same_item(there, item):
            return
        if there is not None and live is None:
            if item.kind not in SEVERAL:
                raise  # something is there that is not this
            live = there
        try:
            target.put(item, live, secrets)
        except ServerError:
            # The first answer says more than that of a second try.
            raise error from None
