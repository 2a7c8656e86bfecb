"""Carry out a restore: write the archive's objects, adapted to the server."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, adapted
from dashkit.backup.restore_plan import RestoreStep, server_key
from dashkit.backup.secrets import secrets_of
from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import FolderStep, Step
from dashkit.document.compare import content_digest
from dashkit.errors import DashkitError
from dashkit.model.item import Item, next_version
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret

_OWNED = "dashkit:"


def restore(
    archive: Archive,
    steps: Sequence[RestoreStep],
    target: Writable,
    *,
    adaptation: Adaptation,
    secrets: Mapping[str, Secret],
    message: str,
    folders: Sequence[FolderStep] = (),
    hooks: Hooks | None = None,
) -> Result:
    """Write the steps, after the ``folders`` that they go into.

    It is safe to run it again at any time: what was written already is equal by then, and kept.

    Returns:
        The outcomes of the steps, in their order, and those of folders that could not be created.
    """
    reading = threading.Lock()

    def wanted(step: Step, _kept: str) -> Content:
        if not isinstance(step, RestoreStep):
            assert step.item is not None
            return Content(step.item)
        with reading:
            item = adapted(archive.item(step.entry), adaptation)
            item = replace(item, key=server_key(archive, step.entry, adaptation))
        return Content(marked(item, message, base=step.base), secrets_of(item, secrets))

    result = carry_out([*folders, *steps], target, wanted=wanted, hooks=hooks)
    for outcome in result.outcomes:
        _add_hint(outcome, archive, secrets)
    outcomes = (outcome for outcome in result.outcomes if outcome.error or isinstance(outcome.step, RestoreStep))
    return replace(result, outcomes=tuple(outcomes))


def marked(item: Item, message: str, push: str = "", *, base: Item | None, edited: bool = False) -> Item:
    """Return a dashboard with its version message. If a project owns it, that is a push's, so that its next push recognises it.

    ``base`` is what it replaces. ``edited`` states that a person made it what it is. Objects of other kinds are returned
    unchanged.
    """
    if item.kind != "dashboards":
        return item
    spec = item.content["spec"]
    tags = spec.get("tags")
    if isinstance(tags, list) and any(str(tag).startswith(_OWNED) for tag in tags):
        digest = content_digest(spec, item.content["folder"])
        message = Marker(item.key, digest, push=push, edited=edited, gen=next_version(base)).message(message)
    return replace(item, server={**item.server, "message": message})


def _add_hint(outcome: Outcome, archive: Archive, secrets: Mapping[str, Secret]) -> None:
    """Add a hint to the error of a contact point that was refused, if its secrets are not known."""
    step, error = outcome.step, outcome.error
    if error is None or error.hint or step.ref.kind != "contact-points" or not isinstance(step, RestoreStep):
        return
    with suppress(DashkitError):
        item = archive.item(step.entry)
        if len(secrets_of(item, secrets)) < len(item.secrets):
            error.hint = "its secrets are not known: --secrets-template"
