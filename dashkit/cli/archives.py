"""From what a person calls an archive to an open one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashkit.archive.read import Archive, open_archive
from dashkit.backup.naming import plain_context, stamp_of
from dashkit.backup.stores import DirectoryStore, open_store
from dashkit.cli.backup_options import place_of
from dashkit.config.context import Context, choose, named
from dashkit.config.project import Project
from dashkit.errors import ConfigError, InputError, UsageError

LATEST = "latest"


@contextmanager
def opened(project: Project, context_name: str | None, name: str) -> Iterator[Archive]:
    """A file, a tree, a URL, a name as `archive list` prints it, ``latest`` or ``latest:CONTEXT``.

    `ArchiveError` where it cannot be trusted.
    """
    if "://" in name:
        place, _, name = name.rstrip("/").rpartition("/")
    elif name == LATEST or name.startswith(f"{LATEST}:") or (stamp_of(name) and not Path(name).exists()):
        place, name = _kept(project, context_name, name)
    else:
        path = Path(name).expanduser()
        if path.is_dir() and not (path / "manifest.json").exists() and (there := DirectoryStore(path).stamps()):
            newest = max(there, key=lambda stamp: stamp.moment).name
            raise InputError("a directory of archives, not an archive", where=name, hint=f"for example {path / newest}")
        with open_archive(path) as archive:
            yield archive
        return
    store = open_store(place)
    with store.local(name) as path, open_archive(path, where=f"{store.where.rstrip('/')}/{name}") as archive:
        yield archive


def _kept(project: Project, context_name: str | None, name: str) -> tuple[str, str]:
    """Where an archive lies that is called by its name or as the newest, and its name."""
    wanted = name.partition(":")[2]
    context = context_of(project, wanted if wanted in project.contexts else context_name)
    place = place_of(project, context, "")
    if stamp_of(name):
        return place, name
    store = open_store(place)
    whose = wanted or (context.name if context else "")
    stamps = [stamp for stamp in store.stamps() if not whose or stamp.context == plain_context(whose)]
    contexts = sorted({stamp.context for stamp in (stamps or store.stamps())})
    if not stamps:
        of = f" of {whose}" if whose else ""
        hint = " or ".join(f"{LATEST}:{name}" for name in contexts) or "dashkit backup makes one"
        raise InputError(f"no archive{of} there", where=store.where, hint=hint)
    if len(contexts) > 1:
        hint = f"{LATEST}:{contexts[0]}, or a context: --context NAME"
        raise UsageError(f"{store.where} holds archives of {', '.join(contexts)}", hint=hint)
    # The newest whole one; where there is none, the newest of chosen kinds, then one that missed something.
    order = ("incomplete", "part", "")
    return place, max(stamps, key=lambda stamp: (order.index(stamp.state), stamp.moment, stamp.name)).name


def context_of(project: Project, name: str | None) -> Context | None:
    """The chosen context, as `backup` would choose it; None where there is none to choose."""
    if name:
        return named(project, name, os.environ)
    try:
        return choose(project, None, os.environ)
    except ConfigError:
        return None
