"""From what a person calls an archive to an open one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashkit.archive.read import Archive, open_archive
from dashkit.backup.naming import plain_context, stamp_of
from dashkit.backup.stores import open_store
from dashkit.cli.backup_options import place_of
from dashkit.config.context import named
from dashkit.config.project import Project
from dashkit.errors import InputError

_LATEST = "latest"


@contextmanager
def opened(project: Project, context_name: str | None, name: str) -> Iterator[Archive]:
    """A file, a tree, a URL, a name as `archive list` prints it, or ``latest``; `ArchiveError` where it cannot be trusted."""
    context = named(project, context_name, os.environ) if context_name else None
    place = place_of(project, context, "")
    if name == _LATEST:
        only = plain_context(context.name) if context else ""
        store = open_store(place)
        stamps = [stamp for stamp in store.stamps() if not only or stamp.context == only]
        if not stamps:
            raise InputError("no archive there", where=store.where, hint="dashkit backup makes one")
        name = max(stamps, key=lambda stamp: (stamp.moment, stamp.name)).name
    elif "://" in name:
        place, _, name = name.rstrip("/").rpartition("/")
    elif not stamp_of(name) or Path(name).exists():
        with open_archive(Path(name)) as archive:
            yield archive
        return
    store = open_store(place)
    with store.local(name) as path, open_archive(path, where=f"{store.where.rstrip('/')}/{name}") as archive:
        yield archive
