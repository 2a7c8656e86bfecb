"""Rows about the dashboards of a Grafana: those that come from two places, and those that nobody owns."""

from __future__ import annotations

from collections.abc import Iterable

from dashkit.doctor.row import Row, State, some
from dashkit.model.live import LiveDashboard
from dashkit.model.words import counted

PART = "Dashboards"


def dashboard_rows(live: Iterable[LiveDashboard], desired: frozenset[str], unseen: str) -> list[Row]:
    """Return rows about all dashboards of an organisation.

    Args:
        desired: the uids of the project's dashboards in this context.
        unseen: why there may be more dashboards than the credentials see; empty if there are not.
    """
    live = list(live)
    return [_twice(live, desired), _copies(live, desired), _nobodys(live, unseen)]


def _twice(live: list[LiveDashboard], desired: frozenset[str]) -> Row:
    here = [entry for entry in live if entry.uid in desired]
    others = [entry for entry in here if entry.manager]
    managers = {entry.manager for entry in others}
    count = f"{len(here)} of {len(desired)} dashboards of the project are here"
    if not others:
        return Row(State.OK, PART, "managed once", count)
    if len(others) == len(here) and len(managers) == 1:  # so this is how they get here
        return Row(State.OK, PART, "managed once", f"{count}, all from {some(managers)}")
    evidence = f"{some(entry.uid for entry in others)} of the project come from {some(managers)}, the others do not"
    mend = "let one bring them all: what is provisioned cannot be pushed, and comes back as its files have it"
    return Row(State.WARNING, PART, "managed once", evidence, mend)


def _copies(live: list[LiveDashboard], desired: frozenset[str]) -> Row:
    """Return whether a dashboard of the project stands beside another of the same title in the same folder."""
    ours = {(entry.folder_uid, entry.title) for entry in live if entry.uid in desired}
    copies = [entry for entry in live if entry.uid not in desired and (entry.folder_uid, entry.title) in ours]
    if not copies:
        return Row(State.OK, PART, "no copies", "no title of the project twice in a folder")
    titles = some(f"{entry.title!r} ({entry.uid}{_by(entry)})" for entry in copies)
    mend = "delete the copy, or remove it from what provisions it"
    return Row(State.WARNING, PART, "no copies", f"the project's dashboards have copies beside them: {titles}", mend)


def _by(entry: LiveDashboard) -> str:
    return f", {entry.manager}" if entry.manager else ""


def _nobodys(live: list[LiveDashboard], unseen: str) -> Row:
    found = [entry for entry in live if not entry.manager and not _marked(entry)]
    partly = f"; {unseen}" if unseen else ""
    if not live:
        return Row(State.OK, PART, "owners", f"no dashboards yet{partly}")
    if not found:
        return Row(State.OK, PART, "owners", f"each dashboard has one: {len(live)}{partly}")
    evidence = (
        f"{len(found)} of {counted(len(live), 'dashboard')} without one: {some(entry.uid for entry in found)}{partly}"
    )
    return Row(
        State.OK, PART, "owners", evidence, f"to take one over: dashkit adopt {min(entry.uid for entry in found)}"
    )


def _marked(entry: LiveDashboard) -> bool:
    return any(tag.startswith("dashkit:") for tag in entry.tags)
