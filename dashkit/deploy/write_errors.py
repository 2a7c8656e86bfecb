"""The errors of writes that did not happen, or not as planned."""

from __future__ import annotations

from collections.abc import Iterable

from dashkit.deploy.steps import Step
from dashkit.errors import ConflictError, DashkitError, ServerError
from dashkit.model.item import Item


def faster(item: Item, answer: ServerError) -> ConflictError:
    """Return the error for a save that collided with another one."""
    text = f"saved by someone at the same time ({answer.message})"
    return ConflictError(text, status=409, where=item.key, hint="check it, then run again")


def deleted(item: Item) -> ConflictError:
    return ConflictError("deleted by someone since the plan was made", where=item.key, hint="check it, then run again")


class FolderError(ServerError):
    """The object was not sent, because its folder does not exist."""


def inside(step: Step, error: DashkitError, others: Iterable[DashkitError]) -> DashkitError:
    """Return why nothing can be put into a folder that could not be created."""
    if error in others:
        return error  # its parent could not be created
    message = f"its folder {step.title!r} could not be created: {error.message}"
    return FolderError(message, status=getattr(error, "status", 0), where=error.where, hint=error.hint)


def exists(item: Item) -> ConflictError:
    """Return the error for an object that was to be created, and is there with other content."""
    return ConflictError("it exists by now, with other content", status=412, where=item.key, hint="dashkit diff")
