"""What is in a Jsonnet file or a mixin, for an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from dashkit._json import Json
from dashkit.app.import_sources import Contents, Found
from dashkit.app.pull import write_titles
from dashkit.compiler.discover import HELPERS
from dashkit.errors import InputError
from dashkit.importer import mixin
from dashkit.importer.jsonnet import evaluate
from dashkit.model.folder import folder_slug, folder_title, folder_uid
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Options:
    """Where else imports may come from, and the texts that ``std.extVar`` gives."""

    library_paths: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


def contents(options: Options, path: Path, directories: tuple[str, ...]) -> Contents:
    """Evaluate a file. What goes wrong is raised once its dashboard is read, so that it hides no other file."""
    try:
        value = evaluate(path, library_paths=options.library_paths, variables=options.variables)
        return _contents(mixin.parsed(value), path, directories)
    except InputError as error:
        error.where = error.where or str(path)
        return Contents((Found(str(path), directories, partial(_raise, error)),))


def _contents(value: Json, path: Path, directories: tuple[str, ...]) -> Contents:
    dashboards, groups = mixin.dashboards(value), mixin.rule_groups(value)["groups"]
    if not dashboards and not groups:
        hint = "a file makes a dashboard, an object with dashboards by name, or a mixin with grafanaDashboards"
        raise InputError("makes neither dashboards nor rules", hint=hint)
    title = mixin.folder(value)
    below = (*directories, _directory(title)) if title else directories
    named = {name: mixin.with_uid(name, one) for name, one in dashboards.items()}
    found = [Found(f"{path}: {name}" if name else str(path), below, partial(_same, one)) for name, one in named.items()]
    mended = sum(named[name] is not one for name, one in dashboards.items())
    warnings = (
        [f"{path}: {counted(mended, 'dashboard')} without a uid got one from the name of the file"] if mended else []
    )
    if kinds := mixin.others(value):
        warnings.append(f"{path}: resources that are no dashboards are not imported: {', '.join(kinds)}")
    return Contents(tuple(found), str(path), tuple(groups), title, tuple(warnings))


def _directory(title: str) -> str:
    """Return the name of a directory for a folder, which is not one of those that no build takes dashboards from."""
    slug = folder_slug(title)
    return f"{slug}-{folder_uid((title,))[-8:]}" if slug in HELPERS else slug


def not_taken(groups: Sequence[Json]) -> str:
    """Return how many rules of a mixin are not imported, in words."""
    alerts, records = mixin.numbers(list(groups))
    parts = [counted(alerts, "alert")] * bool(alerts) + [counted(records, "recording rule")] * bool(records)
    return f"{' and '.join(parts) or 'its groups of rules'} {'is' if alerts + records == 1 else 'are'} not imported"


def write_folders(directory: Path, sources: Iterable[Contents], done: set[str]) -> None:
    """Write the titles of mixins' folders that their directories' names do not say, where a dashboard is ``done``."""
    for source in sources:
        if source.folder and any(one.shown in done for one in source.found):
            names = source.found[0].directories
            parts = (*map(folder_title, names[:-1]), source.folder)
            write_titles(directory, parts, {parts[: depth + 1]: name for depth, name in enumerate(names)})


def _raise(error: InputError) -> Any:
    raise error


def _same(value: Json) -> Json:
    return value
