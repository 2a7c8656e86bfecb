"""Carry a restore out: what the archive holds, as it is to be on this server."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, adapted
from dashkit.backup.restore_plan import RestoreStep, server_key
from dashkit.backup.secrets import secrets_of
from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import FolderStep, Step
from dashkit.errors import DashkitError
from dashkit.model.item import Item
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret
from dashkit.spec.compare import content_digest

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
    """Write what the steps say, after the ``folders`` that they go into; the result tells of the steps, in their order.

    May be run again at any time: what is there already is the same by then, and kept.
    """
    reading = threading.Lock()

    def wanted(step: Step, _kept: str) -> Content:
        if not isinstance(step, RestoreStep):
            assert step.item is not None
            return Content(step.item)
        with reading:
            item = adapted(archive.item(step.entry), adaptation)
            item = replace(item, key=server_key(archive, step.entry, adaptation))
        return Content(marked(item, message), secrets_of(item, secrets))

    result = carry_out([*folders, *steps], target, wanted=wanted, hooks=hooks)
    told = (_with_hint(outcome, archive, secrets) for outcome in result.outcomes)
    # Of folders that are only the place for something else, those that could not be made.
    outcomes = tuple(outcome for outcome in told if outcome.error or isinstance(outcome.step, RestoreStep))
    return replace(result, outcomes=outcomes)


def marked(item: Item, message: str, push: str = "", *, edited: bool = False) -> Item:
    """A dashboard with its version message: that of a push where a project owns it, so that its next push knows it.

    ``edited`` says that this is what a person made of it.
    """
    if item.kind != "dashboards":
        return item
    spec = item.content["spec"]
    tags = spec.get("tags")
    if isinstance(tags, list) and any(str(tag).startswith(_OWNED) for tag in tags):
        message = Marker(item.key, content_digest(spec, item.content["folder"]), push=push, edited=edited).message(
            message
        )
    return replace(item, server={**item.server, "message": message})


def _with_hint(outcome: Outcome, archive: Archive, secrets: Mapping[str, Secret]) -> Outcome:
    """A contact point that was refused, and whose secrets are not known, is told with what mends it."""
    step, error = outcome.step, outcome.error
    if error is None or error.hint or step.ref.kind != "contact-points" or not isinstance(step, RestoreStep):
        return outcome
    try:
        item = archive.item(step.entry)
    except DashkitError:
        return outcome
    if len(secrets_of(item, secrets)) < len(item.secrets):
        error.hint = "its secrets are not known: --secrets-template"
    return outcome
